#!/bin/sh
# make install-podman DESTDIR=...: what a package of ie-podman would hold.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/tap.sh
. tests/tap.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
build=${BUILD:-build}
share=$dir/usr/share
installs() {
	sh tool/install.sh "$build" "$dir" /usr
}

# Done as make does it: make itself could build first
like 'that is what make install-podman does' "$(make -n install-podman \
	BUILD="$build" DESTDIR="$dir" PREFIX=/usr)" \
	"*sh tool/install.sh '$build' '$dir' '/usr'*"
ok 'it installs below DESTDIR' installs
is 'all that belongs to it, with its modes' \
	"$(cd "$dir" && find . -type f -printf '%m %p\n' | sort -k 2)" \
	'644 ./etc/containers/containers.conf.d/ie-podman-hooks.conf
644 ./etc/ie-netd.conf
644 ./etc/ie-podman.conf
755 ./usr/bin/ie-podman
755 ./usr/bin/sif-run
644 ./usr/lib/sysctl.d/60-ie-netd.conf
644 ./usr/lib/systemd/system/ie-netd.service
644 ./usr/lib/systemd/system/ie-netd.socket
644 ./usr/lib/systemd/system/ie-podman-reap.service
644 ./usr/lib/systemd/system/ie-podman-reap.timer
644 ./usr/lib/sysusers.d/ie-netd.conf
755 ./usr/libexec/ie-podman/reap-users
755 ./usr/libexec/ie-podman/sif-squash
755 ./usr/sbin/ie-netd
644 ./usr/share/bash-completion/completions/ie-podman
644 ./usr/share/ie-podman/hooks.d/ie-podman.json
644 ./usr/share/man/man1/ie-podman.1
644 ./usr/share/man/man5/ie-podman.conf.5
644 ./usr/share/man/man8/ie-netd.8'
is 'nothing has a set-id bit' "$(find "$dir" -perm /6000)" ''
is 'no program has file capabilities' "$(PATH=$PATH:/sbin getcap -r "$dir" \
	2>/dev/null || :)" ''
is 'no folder is left to fill in' "$(grep -rlE '@[A-Z]+@' "$dir" || :)" ''

# --- what points to what -----------------------------------------------------
cd "$dir/usr/lib/systemd/system"
is 'units start programs that are installed' "$(sed -n \
	's/^ExecStart=\([^ ]*\).*/\1/p' ./*.service | while read -r program; do
	[ -x "$dir$program" ] || echo "$program"
done)" ''
is 'both are there' "$(grep -hc '^ExecStart=/usr/' ./*.service |
	tr '\n' ' ')" '1 1 '
cd - >/dev/null
hooks_dir=$(sed -n 's/^hooks_dir = \["\(.*\)"\]$/\1/p' \
	"$dir/etc/containers/containers.conf.d/ie-podman-hooks.conf")
is "Podman is told where the hooks are" "$hooks_dir" \
	/usr/share/ie-podman/hooks.d
for hook in "$dir$hooks_dir"/*.json; do
	is "${hook##*/} is JSON, and names the program" "$(perl -MJSON::PP -e '
		local $/; my $h = decode_json(<>);
		print "$h->{hook}{path} $h->{hook}{args}[1] @{$h->{stages}}"' \
		"$hook")" "/usr/bin/ie-podman hook createRuntime poststop"
done
is 'the program looks for them there as well' "$("$dir/usr/bin/ie-podman" \
	check -- run --ip x 2>/dev/null | grep -o 'hooks-dir=[^ ]*')" \
	"hooks-dir=$dir/usr/bin/../share/ie-podman/hooks.d"

# --- settings as they are installed, and with each key that they mention -----
for conf in ie-podman ie-netd; do
	sed 's/^#\([a-z_]* = \)/\1/' "$dir/etc/$conf.conf" >"$dir/$conf.all"
	for file in "$dir/etc/$conf.conf" "$dir/$conf.all"; do
		case $conf in
		ie-netd) set -- "$dir/usr/sbin/ie-netd" --check --conf "$file" ;;
		*) set -- env IE_PODMAN_CONF="$file" "$dir/usr/bin/ie-podman" \
			check -- ps ;;
		esac
		ok "${file##*/} is valid" "$@"
	done
done
grep -o '^[a-z_]* =' "$dir/ie-podman.all" "$dir/ie-netd.all" -h >"$dir/keys"
ok 'they mention keys' test "$(wc -l <"$dir/keys")" -ge 10
is 'the manual has each of them' "$(while read -r key _; do
	cat "$share"/man/man[58]/* | grep -q "^\.IR $key \"" || echo "$key"
done <"$dir/keys")" ''

# --- storage ------------------------------------------------------------------
for page in README.md ie-podman.1; do
	is "the storage.conf of $page has all keys" "$(sed -n \
		'/^\[storage\]$/,/^[^a-z[]/s/ = .*//p' "tool/$page" |
		tr '\n' ' ')" 'driver runroot graphroot rootless_storage_path '
	like "$page says what a reset does" "$(tr '\n*' '  ' <"tool/$page")" \
		'*podman system reset*delete*all*images, containers and volumes*'
done

# --- manual and completion ---------------------------------------------------
for page in man1/ie-podman.1 man5/ie-podman.conf.5 man8/ie-netd.8; do
	if need groff groff --version; then
		is "$page is a page without faults" "$(groff -man -Tutf8 -ww \
			-z "$share/man/$page" 2>&1)" ''
	fi
	if need mandoc command -v mandoc; then
		is "$page is one for mandoc, too" "$(mandoc -T lint \
			-W warning "$share/man/$page" 2>&1)" ''
	fi
done
for program in bin/ie-podman:man1/ie-podman.1 sbin/ie-netd:man8/ie-netd.8; do
	is "the manual has every option of ${program%:*}" "$("$dir/usr/${program%:*}" \
		--help | grep -oE -- '--[a-z]+[a-z-]*' | sort -u |
		while read -r option; do
			sed 's/\\-/-/g' "$share/man/${program#*:}" |
				grep -q -- "$option" || echo "$option"
		done)" ''
done
is 'SECURITY.md names tests that there are' "$(sed -n '/^| [A-Z]/p' \
	tool/SECURITY.md | grep -oE '[*][^*]{9,}[*]' | tr -d '*' |
	sed 's/ N / [^ ]* /; s/ …$//' | while read -r name; do
	grep -q "\"[^\"]*$name" tests/live/netd.t tests/live/podman.t ||
		echo "$name"
done)" ''
completes() { # LINE: what it is completed to
	PATH=$dir/usr/bin:$PATH bash -c '. "$1"
		compopt() { :; }
		COMP_LINE=$2 COMP_POINT=${#2}
		_ie_podman && echo ${COMPREPLY[*]}' bash \
		"$share/bash-completion/completions/ie-podman" "$1"
}
if need podman podman --version; then
	is 'commands are completed, ours and Podman'\''s' \
		"$(completes 'ie-podman re' | tr ' ' '\n' | sort | tr '\n' ' ')" \
		'reap rename restart '
	like 'so are options of run' "$(completes 'ie-podman run --ip --g')" \
		'*--group-add*--gpu'
	is 'and their values behind ours' \
		"$(completes 'ie-podman run --gpu=1 --ip --pull n')" 'never newer'
	is 'and ours of sif' "$(completes 'ie-podman sif --compress ')" \
		'zstd gzip lz4 xz'
fi

echo '# mine' >"$dir/etc/ie-podman.conf"
ok 'it installs again' installs
is 'and leaves the configuration alone' "$(cat "$dir/etc/ie-podman.conf")" \
	'# mine'
done_testing
