#!/bin/sh
# make install-podman DESTDIR=…: what a package of ie-podman would hold.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/tap.sh
. tests/tap.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
build=${BUILD:-build}
install() {
	sh tool/install.sh "$build/ie-podman" "$dir" /usr
}

# Made as it is by whoever runs this: make would make it again
like 'that is what make does' "$(make -n --no-print-directory install-podman \
	BUILD="$build" DESTDIR="$dir" PREFIX=/usr)" \
	"*sh tool/install.sh '$build/ie-podman' '$dir' '/usr'"
ok 'it installs below DESTDIR' install
is 'all that belongs to it' "$(cd "$dir" && find . -type f | sort)" \
	'./etc/ie-podman.conf
./etc/ie-podman.containers.conf
./usr/bin/ie-podman
./usr/lib/systemd/system/ie-podman-reap.service
./usr/lib/systemd/system/ie-podman-reap.timer
./usr/share/bash-completion/completions/ie-podman
./usr/share/doc/ie-podman/GUIDE.md
./usr/share/doc/ie-podman/SECURITY.md
./usr/share/man/man5/ie-podman.conf.5
./usr/share/man/man8/ie-podman.8'
is 'the program has its bits, and nothing for others' \
	"$(stat -c %a "$dir/usr/bin/ie-podman")" 4750
ok 'its configuration is one' "$dir/usr/bin/ie-podman" check \
	--conf "$dir/etc/ie-podman.conf" -- ps
like 'the service runs what is installed' \
	"$(cat "$dir/usr/lib/systemd/system/ie-podman-reap.service")" \
	'*ExecStart=/usr/bin/ie-podman reap*'
if need groff groff --version; then
	for page in man8/ie-podman.8 man5/ie-podman.conf.5; do
		is "$page is a page without faults" "$(groff -man -Tutf8 -ww \
			-z "$dir/usr/share/man/$page" 2>&1)" ''
	done
fi
for command in $("$dir/usr/bin/ie-podman" --help | awk '{print $2}' | sort -u)
do
	ok "the manual has the command $command" \
		grep -q "$command" "$dir/usr/share/man/man8/ie-podman.8"
done
is 'the completion knows the commands' "$(PATH=$dir/usr/bin:$PATH bash -c '
	. "$1"; COMP_WORDS=(ie-podman re) COMP_CWORD=1; _ie_podman
	echo "${COMPREPLY[@]}"' bash \
	"$dir/usr/share/bash-completion/completions/ie-podman" | tr ' ' '\n' |
	sort -u | tr '\n' ' ')" 'reap restart '
echo '# mine' >"$dir/etc/ie-podman.conf"
ok 'it installs again' install
is 'and leaves the configuration alone' "$(cat "$dir/etc/ie-podman.conf")" \
	'# mine'
done_testing
