# Medians for the scripts that hold two things side by side (overhead.sh of
# bench/image and of tool), as text: require './lib/median.pl' in the top folder.
use strict;

# median(FORMAT, LIST): "median [low-high]" with its 95 % interval by order
# statistics, the k-th smallest and largest with the largest k for which
# 2 P(B(n, 1/2) < k) <= 0.05; the extremes where there are fewer than six. With an
# even number the arithmetic mean of the middle two: differences may be negative.
sub median {
	my ($f, @v) = @_;
	my ($n, $k, $sum) = (scalar @v, 0, 0);
	my $p = 2 ** -$n;
	for (my $i = 0; $i < $n; $i++) {
		$sum += $p;
		last if 2 * $sum > 0.05;
		$k = $i + 1;
		$p *= ($n - $i) / ($i + 1);
	}
	$k ||= 1;
	@v = sort { $a <=> $b } @v;
	return sprintf "$f [$f-$f]", ($v[$#v / 2] + $v[($#v + 1) / 2]) / 2,
		$v[$k - 1], $v[-$k];
}

1;
