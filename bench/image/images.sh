#!/bin/sh
# Makes the folders that [image] sections name: DIR/BUILD for every build of
# this suite, with what its `prepare` makes (too large, or not ours, to be
# kept in the sources), and DIR/base.tar. What was made stays; what is ours is
# copied anew.
# usage: images.sh DIR
set -eu
export LC_ALL=C
dir=$1
builds=$(dirname "$0")/builds
mkdir -p "$dir"
[ -e "$dir/base.tar" ] || sh "$(dirname "$0")/base.sh" "$dir"
[ -e "$dir/little.tar" ] || sh "$(dirname "$0")/little.sh" "$dir"
for from in "$builds"/*/; do
	name=$(basename "$from")
	if [ -e "$dir/$name" ]; then
		cp -R "$from/." "$dir/$name"
		rm -f "$dir/$name/prepare"
		continue
	fi
	rm -rf "$dir/$name.new"
	cp -R "$from" "$dir/$name.new"
	if [ -e "$from/prepare" ]; then
		sh "$from/prepare" "$dir/$name.new" "$dir"
		rm "$dir/$name.new/prepare"
	fi
	mv "$dir/$name.new" "$dir/$name"
done
