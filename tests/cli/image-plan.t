#!/bin/sh
# [image NAME] sections: which cases they make, and what is refused before
# anything is started.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh

mkdir one two
: >one/Containerfile
: >two/Containerfile
: >base.tar
cat >site.ini <<-P
	[site]
	name = here
	[target disk]
	driver = null
	[target share]
	driver = posix
	path = $tmp/data
	fstype = $fstype
	[target docker]
	driver = docker
	host = unix:///nonexistent
	store = /nonexistent
	[target vfs]
	driver = podman-vfs
	store = $tmp/store
	run = $tmp/run
P
cat >plan.good <<-'P'
	[plan]
	name = images
	seed = 1
	[image a]
	engines = *
	build = one two
	cache = none warm
	home = local share
	base = base.tar
P
cp plan.good plan.ini

plan() {
	"$bench" plan plan.ini --site site.ini
}
names() {
	perl -MJSON::PP -ne 'print decode_json($_)->{case}, "\n"' | sort
}
is 'every engine gets every build, cache and home; a daemon keeps its own' \
	"$(plan | names | tr '\n' ' ')" \
	'docker/build-warm/one/local docker/build-warm/two/local docker/build/one/local docker/build/two/local vfs/build-warm/one/local vfs/build-warm/one/share vfs/build-warm/two/local vfs/build-warm/two/share vfs/build/one/local vfs/build/one/share vfs/build/two/local vfs/build/two/share '
is 'a case holds whole paths, and the folder of its home' \
	"$(plan | perl -MJSON::PP -ne '$j = decode_json($_);
		print "$j->{build} $j->{base} $j->{home_path} $j->{home_fstype}\n"
		if $j->{case} eq "vfs/build/one/share"')" \
	"$tmp/one $tmp/base.tar $tmp/data $fstype"
sed 's/one two/one/;/^cache/d;/^home/d;$a jobs = 1 2' plan.good >plan.ini
is 'only Podman is told how many stages to build at once' \
	"$(plan | names | tr '\n' ' ')" \
	'docker/build/one/local vfs/build/one-j2/local vfs/build/one/local '
cp plan.good plan.ini
sed -i 's/^engines.*/engines = vfs/' plan.ini
is 'engines can be named' "$(plan | names | grep -vc '^vfs/' || :)" 0

bad() { # NAME SED-SCRIPT LINE WHY
	sed "$2" plan.good >plan.ini
	status=0
	plan >out 2>err || status=$?
	is "$1 is refused with its line" "$status $(cat err)" \
		"2 ie-bench: plan: plan.ini:$3: $4"
}
bad 'an engine that is not there' 's/= \*/= kaniko/' 4 \
	'unknown engine kaniko; site.ini has: *, docker, vfs'
bad 'a target that is no engine' 's/= \*/= disk/' 4 \
	'unknown engine disk; site.ini has: *, docker, vfs'
bad 'a section without engines' /^engines/d 4 '[image a] needs engines'
bad 'a section without a build' /^build/d 4 '[image a] needs build'
bad 'a build that is not there' 's/one two/three/' 6 \
	'three/Containerfile cannot be read; `make images` makes those of this suite'
bad 'a build with a name that is none' 's/one two/One/' 6 \
	'build = One: a folder named with small letters, digits and -'
bad 'a base that is not there' 's/base.tar/absent.tar/' 9 \
	'base = absent.tar: No such file or directory; `make images` makes that of this suite'
bad 'a cache that is none' 's/none warm/hot/' 7 \
	'cache = hot: allowed: none, warm'
bad 'jobs that are none' '/^cache/s/.*/jobs = many/' 7 \
	'jobs = many: counts of stages that are built at once'
bad 'a count of system calls that is no answer' \
	'/^cache/s/.*/syscalls = some/' 7 'syscalls = some: allowed: yes, no'
bad 'a home that is no target' 's/local share/nowhere/' 8 \
	'home = nowhere: neither local nor a target of the site with a mounted path'
bad 'a home without a path' 's/local share/disk/' 8 \
	'home = disk: neither local nor a target of the site with a mounted path'
bad 'a cell twice' 's/one two/one one/' 4 \
	'[image a]: cell docker/build/one/local stands twice in this plan'
bad 'an unknown key' '$a sizes = 1M' 10 \
	'unknown key sizes in [image a]; allowed: engines, build, base, cache, home, jobs, syscalls'
cat >plan.good <<-'P'
	[plan]
	name = s
	[storage w]
	targets = *
	op = write
	sizes = 1M
P
cp plan.good plan.ini
is 'engines are no targets of storage' "$(plan | names | tr '\n' ' ')" \
	'disk/write/1M/b64k/d1/j1 share/write/1M/b64k/d1/j1 '
bad 'storage on an engine' 's/= \*/= vfs/' 4 \
	'target vfs: driver podman-vfs: it builds images; it stores no files'
done_testing
