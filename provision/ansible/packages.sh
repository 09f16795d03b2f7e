#!/bin/sh
# Names the Debian packages that the roles install, for who has to fetch them
# beforehand: everything in a list whose name ends in _packages.
set -eu
awk '/^[a-z]/ { wanted = /_packages:$/ } wanted && /^  - / { print $2 }' \
	"$(dirname "$0")"/roles/*/defaults/main.yml | sort -u
