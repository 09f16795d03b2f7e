#!/bin/sh
# docs/plans.md and docs/site.md have every key, operation and driver that the
# programs know, and no other. What is known is asked of ie-bench itself.
# shellcheck disable=SC2016 # backquotes of Markdown
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh

words() {
	tr -s '[:space:],' '[\n*]' | grep . | sort -u
}
# allowed: what the message about the plan and the site on hand allows
allowed() {
	"$bench" plan p.ini --site s.ini 2>&1 | sed -n 's/.*allowed: //p' | words
}
# section FILE TITLE: the rows of the tables below that title
section() {
	awk -v title="## $2" '
		/^## / { on = $0 == title }
		on && /^\| `/ { print }' "$root/docs/$1"
}
# column N: the words in backquotes of column N of rows
column() {
	awk -F '|' -v n="$(($1 + 1))" '{ print $n }' | grep -o '`[^`]*`' |
		tr -d '\140' | words
}
same_words() { # NAME: what the files known and told hold
	ok "some are known: $1" test -s known
	ok "$1" diff known told
}

printf '[site]\nname = s\n[target null]\ndriver = null\n' >s.ini
mkdir b && touch b/Containerfile
for kind in plan storage image; do
	case $kind in
	plan)
		title='[plan]'
		printf '[plan]\nname = p\nunknown = 1\n[storage s]\ntargets = null\nop = write\nsizes = 1M\n'
		;;
	storage)
		title='[storage NAME]'
		printf '[plan]\nname = p\n[storage s]\ntargets = null\nop = write\nsizes = 1M\nunknown = 1\n'
		;;
	image)
		title='[image NAME]'
		printf '[target podman]\ndriver = podman\nstore = /s\nrun = /r\n' >>s.ini
		printf '[plan]\nname = p\n[image i]\nengines = *\nbuild = b\nunknown = 1\n'
		;;
	esac >p.ini
	allowed >known
	section plans.md "Keys of \`$title\`" | column 1 >told
	same_words "docs/plans.md has the keys of $title"
done

printf '[plan]\nname = p\n[storage s]\ntargets = null\nop = x\nsizes = 1M\n' >p.ini
allowed >known
section plans.md Operations | column 1 >told
same_words 'docs/plans.md has the operations'

printf '[site]\nname = s\nunknown = 1\n[target null]\ndriver = null\n' >s.ini
allowed >known
section site.md 'Keys of `[site]`' | column 1 >told
same_words 'docs/site.md has the keys of [site]'

printf '[site]\nname = s\n[target tcp]\ndriver = null\nunknown = 1\n' >s.ini
allowed | grep -v '^threads$' >known
section site.md 'Keys of `[target NAME]`' | column 1 |
	grep -v '^launch\.[0-9]*$\|^to$' >told
same_words 'docs/site.md has the keys of any target'

printf '[site]\nname = s\n[target t]\ndriver = null\ncut_kind = x\n' >s.ini
for kind in $(allowed); do
	ok "docs/site.md has the kind of cut $kind" sh -c \
		'grep "^| .cut_kind. |" "$1" | grep -qF "\`$2\`"' sh \
		"$root/docs/site.md" "$kind"
done

(cd "$root/bench/plans" && ls) >known
section plans.md 'The plans that are there' | column 1 >told
same_words 'docs/plans.md has the plans'

# --- drivers and engines
# keys KIND: "driver key", a line each, of those that this build has
keys() {
	"$bench" list --json | perl -MJSON::PP -0777 -e '
		for my $d (@{decode_json(<STDIN>)}) {
			next unless $d->{kind} eq $ARGV[0] && $d->{built};
			print "$d->{name} $_->{name}\n" for @{$d->{keys}};
		}' "$1" | sort
}
"$bench" list --json | perl -MJSON::PP -0777 -ne '
	print "$_->{name}\n" for @{decode_json($_)}' | sort >known
section site.md 'Keys of each storage driver' >drivers
section site.md 'Keys of each engine of image builds' >engines
cat drivers engines | column 1 >told
same_words 'docs/site.md has the drivers and engines'
keys storage >known
awk -F '|' '{ gsub(/[ `]/, ""); print $2, $3 }' drivers |
	grep -v ' none$' | sort >all
# drivers that this build lacks have keys there, too
cut -d ' ' -f 1 known | sort -u | sed 's/$/ /; s/^/^/' >built
grep -f built all >told
same_words 'docs/site.md has the keys of storage drivers'
keys image | sed 's/^docker[^ ]* /Docker /; s/^podman[^ ]* /Podman /' |
	sed 's/^ie-podman /Podman /' | sort -u >known
awk -F '|' '/^\| [DPr].* \| `/ { print $2, $3 }' "$root/docs/site.md" |
	sed 's/.*Docker.*`\(.*\)`.*/Docker \1/; s/.*odman.*`\(.*\)`.*/Podman \1/' |
	sort -u >told
same_words 'docs/site.md has the keys of engines'

# --- examples
# example FILE: the first block of INI in it
example() {
	awk '/^```ini$/ { on = 1; next } on && /^```$/ { exit } on' "$root/$1"
}
example docs/plans.md >p.ini
printf '[site]\nname = s\n[target null]\ndriver = null\n' >s.ini
is 'the plan in docs/plans.md is four cells, six times each' \
	"$("$bench" plan p.ini --site s.ini | wc -l)" 24
for example in README.md/home docs/site.md/home docs/ci.md/new; do
	file=${example%/*}
	example "$file" >s.ini
	is "the site in $file is one" "$("$bench" plan \
		"$root/bench/plans/quick.ini" --site s.ini 2>&1 >cases |
		grep -v 'left out')$(grep -c "\"${example##*/}\"" cases)" 54
done
done_testing
