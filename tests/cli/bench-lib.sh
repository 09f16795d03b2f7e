# shellcheck shell=sh disable=SC2034
# What the tests of ie-bench share: a scratch folder $tmp with a folder `data`
# for targets, a plan and a site file in it, and questions to records. Sourced
# from the root of the sources; goes to $tmp.
# shellcheck source=tests/tap.sh
. tests/tap.sh
root=$(pwd)
bench=$(cd "${BUILD:-build}" && pwd)/ie-bench
tmp=$(mktemp -d /tmp/ie-t.XXXXXX)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
cd "$tmp" || exit 1
mkdir data
fstype=$(stat -f -c %T data)
case $fstype in
ext2/ext3) fstype=ext4 ;;
overlayfs) fstype=overlay ;;
esac

cat >plan.ini <<-'P'
	[plan]
	name = t
	blocks = 2
	seed = 1
	[storage w]
	targets = *
	op = write
	sizes = 1M
	block = 64k
	depth = 1
	[storage r]
	targets = local
	op = read
	cache = cold warm
	sizes = 1M
P
cat >site.ini <<-P
	[site]
	name = here
	[target null]
	driver = null
	[target local]
	driver = posix
	path = $tmp/data
	fstype = $fstype
P

# samples 'PERL' [RUN]: prints the expression for every sample $r of a run.
# fine($r): it is ok, or only its jobs began too far apart, which they may where
# processors are few and cases are small.
samples() {
	perl -MJSON::PP -e '
		my ($text, $file) = @ARGV;
		sub fine {
			my $r = shift;
			return $r->{status} eq "ok" ||
				"@{$r->{reasons}}" =~ /^the jobs began up to /;
		}
		my $code = eval "sub { my \$r = shift; $text }" or die $@;
		open my $in, "<", $file or die "$file: $!";
		while (<$in>) {
			my $r = decode_json($_);
			next if $r->{record} ne "sample";
			my $out = $code->($r);
			print "$out\n" if defined $out;
		}' "$1" "results/${2:-r}/records.jsonl"
}

# normal RUN: its records with sorted keys and without what differs each time.
normal() {
	perl -MJSON::PP -ne '
		sub plain {
			my $v = shift;
			return [map { plain($_) } @$v] if ref $v eq "ARRAY";
			return $v unless ref $v eq "HASH";
			return {map { $_ =>
				/_ns$|^started$|^host$|^versions$|^throughput_Bps$|
				^rss_peak_bytes$/x ? "..." : plain($v->{$_}) }
				keys %$v};
		}
		print JSON::PP->new->canonical->encode(plain(decode_json($_))),
			"\n"' "results/$1/records.jsonl"
}

# run [OPTIONS...]: the plan on the site, as run r of results; its exit code
# is in $status, what it says in the files out and err.
run() {
	status=0
	"$bench" run plan.ini --site site.ini --results results --run-id r \
		--progress none "$@" >out 2>err </dev/null || status=$?
}

# within SECONDS COMMAND...: it succeeds before they are over.
within() {
	left=$(($1 * 20))
	shift
	until "$@"; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.05
	done
}
