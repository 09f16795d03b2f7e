#!/bin/sh
# Makes the folders that [image] sections name: DIR/BUILD for every build of
# this suite, with what its `prepare` makes (too large, or not ours, to be
# kept in the sources), and DIR/base.tar. What is there stays.
# usage: images.sh DIR
set -eu
dir=$1
builds=$(dirname "$0")/builds
mkdir -p "$dir"
[ -e "$dir/base.tar" ] || sh "$(dirname "$0")/base.sh" "$dir"
for from in "$builds"/*/; do
	name=$(basename "$from")
	[ ! -e "$dir/$name" ] || continue
	rm -rf "$dir/$name.new"
	cp -R "$from" "$dir/$name.new"
	if [ -e "$from/prepare" ]; then
		sh "$from/prepare" "$dir/$name.new" "$dir"
		rm "$dir/$name.new/prepare"
	fi
	mv "$dir/$name.new" "$dir/$name"
done
