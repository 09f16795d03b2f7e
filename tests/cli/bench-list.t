#!/bin/sh
# ie-bench list and describe: for people and as JSON.
# shellcheck disable=SC2016,SC2094
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh

"$bench" list --json >list
# ask 'PERL': an expression of $j, the JSON in the file list
ask() {
	perl -MJSON::PP -0777 -e '
		my $j = decode_json(<STDIN>);
		print join " ", eval $ARGV[0];
		die $@ if $@' "$1" <list
}
is 'every driver is in it' \
	"$(ask 'sort map { $_->{name} } grep { $_->{name} ne "tcp" &&
		$_->{kind} eq "storage" } @$j')" \
	'cephfs nfs null posix rados rbd uring'
is 'and every engine, each combination of Podman once' \
	"$(ask 'sort map { $_->{name} } grep { $_->{kind} eq "image" } @$j')" \
	'docker docker-buildkit ie-podman podman podman-fuse podman-rootless-fuse podman-rootless-overlay podman-rootless-vfs podman-vfs'
is 'null and posix are always usable' \
	"$(ask 'sort map { $_->{name} } grep { $_->{usable} &&
		$_->{name} =~ /^(null|posix)$/ } @$j')" 'null posix'
is 'what is not usable says why' \
	"$(ask 'map { $_->{name} } grep { !$_->{usable} && !$_->{why_not} }
		@$j')" ''
is 'what is built says what it is and what a flush promises' \
	"$(ask 'map { $_->{name} } grep { $_->{built} &&
		!($_->{summary} && ($_->{durability} ||
		$_->{storage_driver})) } @$j')" ''
is 'posix says which keys it takes' \
	"$(ask 'map { ($_->{required} ? "+" : "") . $_->{name} }
		map { @{$_->{keys}} } grep { $_->{name} eq "posix" } @$j')" \
	'+path +fstype direct'
ask 'map { "$_->{name}\n" } @$j' | tr -d ' ' >names
"$bench" list >text
sed -n 's/^\([a-z0-9][a-z0-9-]*\) .*/\1/p' text >listed
ok 'list names the same drivers for people' diff names listed

"$bench" describe --json >list
is 'it has the host and its kernel' \
	"$(ask '"$j->{host}{hostname} $j->{host}{kernel}"')" \
	"$(uname -n) $(uname -r)"
is 'its processors' "$(ask '$j->{host}{cpu}{count}')" "$(nproc --all)"
ok 'its memory' test "$(ask '$j->{host}{memory_bytes}')" -gt 100000000
is 'its version' "ie-bench $(ask '$j->{versions}{"ie-bench"}')" \
	"$("$bench" --version)"
"$bench" describe >text
like 'describe says the same for people' "$(tr -s ' ' <text)" \
	"*host.kernel $(uname -r)*"
done_testing
