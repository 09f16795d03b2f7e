#!/bin/sh
# What README.md and docs/findings.md say was measured comes from committed
# results: tables as tests/doc-tables.sh makes them, ratios as ie-stats compares.
# And README.md fits one sitting: it is short, and what it names exists.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=tests/cli/stats-lib.sh
. tests/cli/stats-lib.sh
bin=$(dirname "$stats")

is 'README.md is at most 130 lines and 9 KB' "$(awk '
	{ size += length + 1 }
	END { print (NR <= 130 && size <= 9 * 1024) ? "yes" : NR " " size }' \
	"$root/README.md")" yes
for file in README.md CONTRIBUTING.md $(cd "$root" && echo docs/*.md); do
	is "$file links to what exists" "$(grep -oE '\]\([^)#]+|src="[^"]+' \
		"$root/$file" | sed 's/^..//; s/^c="//' | while read -r to; do
		[ -e "$root/$(dirname "$file")/$to" ] || echo "$to"
	done)" ''
	is "$file names files that there are" "$(grep -oE \
		'(bench|lib|provision|tool|tests|plots|docs)/[a-z_/.-]*[a-z/]' \
		"$root/$file" | sort -u | while read -r path; do
		[ -e "$root/$path" ] || [ -e "$root/docs/$path" ] || echo "$path"
	done)" ''
done

# block FILE NAME: what stands in the file after that mark
block() {
	awk -v mark="<!-- table $2 -->" '
		on && /^```$/ { exit }
		on { print }
		marked && /^```$/ { on = 1 }
		{ marked = $0 == mark }' "$root/$1"
}
# shellcheck disable=SC2013 # names without blanks
for file in README.md docs/findings.md; do
	for name in $(sed -n 's/^<!-- table \(.*\) -->$/\1/p' "$root/$file"); do
		block "$file" "$name" >is
		BUILD=$bin sh "$root/tests/doc-tables.sh" "$name" >shall
		ok "$file: the table $name is that of committed results" \
			diff -u shall is
		ok "$file: the table $name is not empty" test -s shall
	done
	is "$file: no table of measurements lacks a mark" "$(awk '
		/^```/ { inside = !inside; marked = inside && last ~ /^<!-- table/ }
		inside && !marked && /\[[0-9.]+-[0-9.]+\]|[0-9]+ +[0-9]+ +[0-9]+/
		{ last = $0 }' "$root/$file")" ''
done

# compared RUN BASE NEW CELL PERL: what a change is, as the expression writes it
# from $ratio, $lo, $hi, $smallest
compared() {
	"$stats" compare "$root/results/reference-$1:$2" \
		"$root/results/reference-$1:$3" --format tsv >changes || true
	perl -F'\t' -lane '
		BEGIN { ($cell, $code) = splice @ARGV, 0, 2 }
		if ($. == 1) { @col{@F} = 0 .. $#F; next }
		next unless $F[$col{cell}] eq $cell;
		($ratio, $lo, $hi, $smallest) =
			@F[@col{qw(ratio lo hi smallest_drop)}];
		print eval $code;' "$4" "$5" changes
}
tr -s '\n ' ' ' <"$root/docs/findings.md" >text
says() { # NAME TEXT
	ok "$1: $2" grep -qF -e "$2" text
}
# shellcheck disable=SC2016 # for perl
times='sprintf "%.2f (95 %% interval: %.2f to %.2f)", $ratio, $lo, $hi'
# shellcheck disable=SC2016
bare='sprintf "%.2f (%.2f to %.2f)", $ratio, $lo, $hi'
# shellcheck disable=SC2016
slower='sprintf "%.0f %% slower", 100 * (1 - $ratio)'
# shellcheck disable=SC2016
span='sprintf "%.0f to %.0f %%", 100 * (1 - $hi), 100 * (1 - $lo)'
lock='gfs2-nolock gfs2'
create=create/2M/b4k/d1/j1/c2n1
# shellcheck disable=SC2086 # two targets
{
	says 'the lock manager, one writer of one file' \
		"ratio is $(compared locks $lock write/64M/b64k/d1/j1 "$times")"
	says 'creating files' "$(compared locks $lock $create "$slower")"
	says 'creating files' "interval: $(compared locks $lock $create "$span")"
	says 'in one folder' "$(compared locks $lock $create/shared \
		"$(echo "$slower" | sed 's/ slower//')") ($(compared locks $lock \
		$create/shared "$span")"
}
for side in '64M 1.23' '128M 0.98'; do
	cell=write/${side% *}/b64k/d1/j1
	figures=$(compared kernel ext4-guest gfs2 "$cell" "$bare")
	says "GFS2 beside ext4, ${side% *}" "${figures#* }"
	figures=$(compared kernel ext4-guest gfs2-nolock "$cell" "$bare")
	says 'without its lock manager' "${figures#* }"
done
figures=$(compared kernel ext4-guest gfs2 read-cold/64M/b64k/d1/j1 "$bare")
says 'cold reads of GFS2' "${figures% (*} times as fast (${figures#*(}"
# shellcheck disable=SC2016 # for perl
says 'CephFS beside the old system' "$(compared kernel nfs-iscsi kcephfs \
	write/128M/b64k/d1/j1 \
	'sprintf "(95 %% interval: %.2f to %.2f)", $lo, $hi')"
# the least and the most that would not have shown
would() { # RUN BASE NEW PATTERN...
	for pair; do
		# shellcheck disable=SC2086 # run, base, new
		set -- $pair
		"$stats" compare "$root/results/reference-$1:$2" \
			"$root/results/reference-$1:$3" --format tsv || true
	done | perl -F'\t' -lane '
		if ($F[0] eq "cell") { @col{@F} = 0 .. $#F; next }
		next if $F[$col{verdict}] ne "undecided" || $F[0] =~ /read-cold/;
		$s = $F[$col{smallest_drop}];
		push @drop, 100 * (1 - $s) if $s ne "NA";
		END { @drop = sort { $a <=> $b } @drop;
			printf "%.0f %.0f\n", @drop[0, -1] }'
}
least_most=$(would "locks $lock")
says 'what of the lock manager would have shown' \
	"less than ${least_most% *} % (rewrites) to ${least_most#* } % (appends) would not"
least_most=$(would 'kernel ext4-guest gfs2' 'kernel ext4-guest gfs2-nolock')
says 'what of GFS2 would have shown' \
	"less than ${least_most% *} to ${least_most#* } % would not have shown"

least_most=$("$stats" compare "$root/results/reference-locks:gfs2-nolock" \
	"$root/results/reference-locks:gfs2" --format tsv | perl -F'\t' -lane '
	if ($F[0] eq "cell") { @col{@F} = 0 .. $#F; next }
	push @r, $F[$col{ratio}] if $F[$col{verdict}] eq "undecided";
	END { @r = sort { $a <=> $b } @r; printf "%.2f to %.2f", @r[0, -1] }' ||
	true)
says 'what writes, rewrites and appends are beside no lock manager' \
	"$least_most times as fast as without, and all six intervals"

# shift RUN BASE NEW PERL: two cells of one run, six samples each, as compared()
# does two runs; exact Mann-Whitney: the 6th and the 31st of 36 ratios
shift_of() {
	[ -d "$1" ] || "$stats" export "$root/results/reference-$1" --to "$1"
	perl -F'\t' -lane '
		BEGIN { ($base, $new, $code) = splice @ARGV, 0, 3 }
		if ($. == 1) { @col{@F} = 0 .. $#F; next }
		push @{$of{$F[$col{case}]}}, $F[$col{value}];
		END {
			for my $b (@{$of{$base}}) {
				push @r, map { $_ / $b } @{$of{$new}};
			}
			@r = sort { $a <=> $b } @r;
			($lo, $hi, $ratio) = ($r[5], $r[30], sqrt($r[17] * $r[18]));
			print eval $code;
		}' "$2" "$3" "$4" "$1/samples.tsv"
}
# shellcheck disable=SC2016 # for perl
{
	loss='sprintf "%.0f %% (%.0f to %.0f %%)", map { 100 * (1 - $_) } $ratio, $hi, $lo'
	ratio='sprintf "%.2f times as fast as two clients on one (%.2f to %.2f)", $ratio, $lo, $hi'
	factor='sprintf "%.1f times what eight with files of their own get (95 %% interval: %.1f to %.1f)", $ratio, $lo, $hi'
}
for op in append/256k handoff/128k readwrite/1M; do
	on=$op/b4k/d1/j1
	gfs2=$(shift_of sharing "gfs2/$on/c2n1/flock" "gfs2/$on/c2n2/flock" "$loss")
	cephfs=$(shift_of sharing "kcephfs/$on/c2n1/flock" \
		"kcephfs/$on/c2n2/flock" "$loss")
	[ $op != append/256k ] || gfs2=$(echo "$gfs2" | sed 's/(/(95 % interval: /')
	says "what a second node costs: ${op%/*}" "$gfs2 and $cephfs"
done
cell=gfs2/write/64M/b64k/d1/j1
says 'files of their own on two nodes' \
	"$(shift_of locks $cell/c2n1 $cell/c2n2 "$ratio")"
# shellcheck disable=SC2100 # no arithmetic
cell=cephfs-slurm/write/32M/b1M/d1/j1/c8n4
says 'eight clients on one file' \
	"$(shift_of scale $cell $cell/shared "$factor")"

# effects RUN PATTERN FORMAT: ratio, lo and hi of the effects whose name matches
effects() {
	[ -d "$1" ] || "$stats" export "$root/results/reference-$1" --to "$1"
	perl -F'\t' -lane 'BEGIN { ($like, $format) = splice @ARGV, 0, 2 }
		if ($. == 1) { @col{@F} = 0 .. $#F; next }
		push @all, [@F[@col{qw(ratio lo hi)}]] if $F[0] =~ $like;
		END { @all = sort { $a->[0] <=> $b->[0] } @all;
			printf $format, map { @$_ } @all }' "$2" "$3" "$1/effects.tsv"
}
says 'rootless beside rootful' "$(effects images '^rootless vs' \
	'rootless takes %1$.2f to %7$.2f times as long as rootful')"
says 'vfs beside overlay' "$(effects images '^vfs vs' \
	'vfs takes %1$.1f and %4$.1f times as long as overlay')"
says 'fuse-overlayfs beside overlay' "$(effects images '^fuse-overlayfs vs' \
	'takes %1$.1f and %4$.1f times as long as overlay')"
says 'ie-podman beside rootful' "$(effects images '^ie-podman vs rootful' \
	'%.2f times as long as rootful Podman (95 %% interval: %.2f to %.2f)')"
says 'rootless vfs beside Docker' "$(effects images '^rootless vfs vs Docker' \
	'%.1f times as long as Docker')"
says 'a home on CephFS, fuse-overlayfs' "$(effects homes '^home .*-fuse$' \
	'%.1f times as long (95 %% interval: %.1f to %.1f)')"
says 'a home on CephFS, vfs' "$(effects homes '^home .*-vfs$' \
	'on vfs %.1f times (%.1f to %.1f)')"

tr -s '\n ' ' ' <"$root/README.md" >text
# shellcheck disable=SC2016 # for perl
says 'the answer of the first table' "$(compared study nfs cephfs \
	write/128M/b64k/d1/j1 'sprintf "%.0f %% slower than NFS here (95 %% " .
	"interval: %.0f to %.0f %%)", map { 100 * (1 - $_) } $ratio, $hi, $lo')"

# --- nothing that the data would not have shown
for file in README.md docs/findings.md paper/paper.tex; do
	tr -s '\n ' ' ' <"$root/$file" >text
	for claim in 'as fast with the lock manager as without' 'pays nothing' \
		'all intervals overlap' 'is not what was slow' \
		'is as fast as ext4' 'hurts CephFS more' \
		'does not hold. -' 'no layer can compress' 'on overlay for none'; do
		not_ok "$file does not say: $claim" grep -qF -e "$claim" text
	done
done

done_testing
