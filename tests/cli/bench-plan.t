#!/bin/sh
# ie-bench plan: the cases of a plan on a site, in the order in which they run.
# tests/data/bench-plan.jsonl is that output for seed 42; that its cells are
# the right ones is checked here from a list made by hand.
# shellcheck disable=SC2016
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/bench-lib.sh
. tests/cli/bench-lib.sh
cp "$root"/tests/data/bench-*.ini .

plan() {
	"$bench" plan bench-plan.ini --site bench-site.ini "$@"
}

plan >out 2>err && status=0 || status=$?
is 'a good plan is printed' "$status $(cat err)" '0 '
ok 'every case is as it was, to the byte' \
	diff -u "$root/tests/data/bench-plan.jsonl" out

# column FIELD: of the cases in the file out
column() {
	perl -MJSON::PP -ne 'print decode_json($_)->{'"$1"'}, "\n"' out
}

is 'the cells are every combination of the axes, on their targets' \
	"$(column case | sort -u)" \
	'disk/randread-warm/8M/b4k/d1/j1/n100/zero
disk/read-cold/2M/b64k/d1/j1
disk/read-cold/2M/b64k/d1/j2
disk/read-warm/2M/b64k/d1/j1
disk/read-warm/2M/b64k/d1/j2
disk/write/1M/b1M/d1/j1
disk/write/1M/b1M/d16/j1
disk/write/1M/b64k/d1/j1
disk/write/1M/b64k/d16/j1
disk/write/3M/b1M/d1/j1
disk/write/3M/b1M/d16/j1
disk/write/3M/b64k/d1/j1
disk/write/3M/b64k/d16/j1
harness/randread-warm/8M/b4k/d1/j1/n100/zero'
for b in 0 1 2; do
	grep "\"block\":$b," out | grep -o '"case":"[^"]*"' >order.$b
	sort order.$b | uniq >cells.$b
	ok "block $b has every cell once" test "$(wc -l <order.$b)" = \
		"$(wc -l <cells.$b)"
	is "block $b counts its positions" "$(grep "\"block\":$b," out |
		grep -o '"position":[0-9]*' | cut -d: -f2 | tr '\n' ' ')" \
		"$(seq -s ' ' 0 13) "
done
ok 'all blocks have the same cells' \
	sh -c 'cmp cells.0 cells.1 && cmp cells.0 cells.2'
not_ok 'and orders of their own (0 and 1)' cmp -s order.0 order.1
not_ok 'and orders of their own (1 and 2)' cmp -s order.1 order.2
is 'every case has a seed of its own' "$(column seed | sort -u | wc -l)" 42

plan --seed 42 >again
ok 'the seed of the command line is the same as that of the plan' \
	cmp out again
plan --seed 43 >other
not_ok 'another seed is another order' cmp -s out other
sed -i /^seed/d bench-plan.ini
plan --seed 42 >again
ok 'it stands in for one that the plan has not' cmp out again
plan >first
plan >second
not_ok 'without any, each time is another order' cmp -s first second
plan --seed 9223372036854775807 >out
is 'the largest seed is taken' "$(wc -l <out)" 42

# Three cells, a thousand blocks: each of the six orders within five standard
# deviations of a sixth. The seed is fixed, so the answer is always the same.
cat >bench-plan.ini <<-'P'
	[plan]
	name = fair
	blocks = 1000
	[storage w]
	targets = harness
	op = write
	sizes = 4k 8k 12k
	block = 4k
P
plan --seed 7 | perl -MJSON::PP -ne '
	$j = decode_json($_);
	$o[$j->{block}] .= " $j->{case}";
	END { $n{$_}++ for @o; print map { "$n{$_}\n" } keys %n }' >out
is 'six orders come up' "$(wc -l <out)" 6
ok 'each about as often' awk '$1 < 107 || $1 > 226 { exit 1 }' out

# A target that is left out, sessions, and the study's own plan.
cat >>bench-site.ini <<-'P'
	[target other]
	driver = null
P
cat >bench-plan.ini <<-'P'
	[plan]
	name = sessions
	blocks = 2
	sessions = 2
	[storage w]
	targets = other
	op = randwrite
	sizes = 4k
	block = 4k
P
sed -i '2a renew = true' bench-site.ini
plan >out
is 'sessions are counted, and blocks within them' \
	"$(perl -MJSON::PP -ne '$j = decode_json($_);
		print "$j->{session}.$j->{block} "' out)" '0.0 0.1 1.0 1.1 '
printf '[site]\nname = s\n[target local]\ndriver = null\n' >s.ini
printf '[site]\nname = s\n[target local]\ndriver = posix\npath = %s\nfstype = ext4\n' \
	"$PWD" >cut.ini
printf 'cut = true\nrestore = true\ncut_kind = guest\n' >>cut.ini
{
	printf '[site]\nname = s\n'
	for t in kcephfs krbd-ext4 krbd-xfs nfsd nfs-iscsi ganesha4 ganesha3 \
		iscsi-ext4 gfs2 gfs2-nolock ext4-guest guest client; do
		printf '[target %s]\ndriver = posix\npath = /\nfstype = nfs\n' $t
		printf 'launch.1 = ssh a\nlaunch.2 = ssh b\n'
	done
} >guests.ini
printf '[site]\nname = s\n[target all]\ndriver = null\nlaunch = %s\n' \
	'srun -N {nodes} -n {clients}' >ranks.ini
printf '[target one]\ndriver = null\n[target mpi]\ndriver = null\n%s\n' \
	'launch = mpirun -n {clients}' >>ranks.ini
for p in "$root"/bench/plans/*.ini; do
	site=s.ini
	case $p in
	*/images-*) continue ;; # tests/cli/image-plan.t
	*/powercut.ini) site=cut.ini ;;
	*/scale.ini) site=ranks.ini ;;
	*/kernel-quick.ini | */sharing.ini) site=guests.ini ;;
	esac
	ok "bench/plans/${p##*/} is a good plan" "$bench" plan "$p" \
		--site "$site"
done
cat >bench-plan.ini <<-'P'
	[plan]
	name = nodes
	[storage w]
	targets = *
	op = write
	sizes = 64k
	clients = 1 2 4 8
	nodes = 1 4
P
"$bench" plan bench-plan.ini --site ranks.ini >out 2>err
is 'so many clients are on one node, and on four or as many as they are' \
	"$(column case | grep ^all | sort | sed 's,.*/,,' | tr '\n' ' ')" \
	'j1 c2n1 c2n2 c4n1 c4n4 c8n1 c8n4 '
is 'that is left out where it cannot be said' "$(cat err)" \
	'one: 4 nodes left out: it has 1
mpi: 4 nodes left out: its launch does not say {nodes}'
"$bench" plan "$root/bench/plans/study.ini" --site s.ini --seed 1 >out
is 'the study is six sizes written and read, seven times' "$(wc -l <out)" 126
is 'and its writes are what dd wrote' "$(grep -c '"op":"write".*"block_bytes":65536,.*"depth":1,"jobs":1' out)" 42
done_testing
