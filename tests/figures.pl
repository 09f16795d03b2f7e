# What a figure of plots/ shows, as its SVG and its .dat say: prints a line for
# each thing that is wrong.
#   perl tests/figures.pl FIGURE.svg...     (FIGURE.dat beside it)
# - every numeric axis has at least three marks with numbers;
# - all text lies inside the picture, as far as its width can be estimated, and
#   every number that is drawn inside its axis;
# - the samples drawn beside a median have that median: all are there, and none
#   is of another cell.
use strict;
use warnings;

my ($name, @wrong);

sub wrong { push @wrong, "$name: " . sprintf(shift, @_) }

sub slurp {
	open(my $f, '<', $_[0]) or die "read $_[0]: $!\n";
	local $/;
	return scalar <$f>;
}

# Texts of the SVG: x, y, anchor, font size, text
sub texts {
	my @list;
	while ($_[0] =~ m{<g\ transform="translate\(([-\d.]+),([-\d.]+)\)
			(\ rotate[^"]*)?"[^>]*font-size="([\d.]+)"[^>]*
			text-anchor="(\w+)"[^>]*>\s*<text>(.*?)</text>}gsx) {
		my ($x, $y, $turned, $size, $anchor, $text) =
			($1, $2, $3, $4, $5, $6);
		$text =~ s/<[^>]*>//g;
		$text =~ s/^\s+|\s+$//g;
		push @list, {x => $x, y => $y, turned => $turned,
			size => $size, anchor => $anchor, text => $text};
	}
	return @list;
}

# Numbers along one line, cut where a panel ends and the next one begins
sub axes {
	my ($along, $across, $order, @marks) = @_;
	my (%line, @axes);
	push @{$line{$_->{$across}}}, $_ for @marks;
	for my $line (values %line) {
		my @sorted = sort { $order * ($a->{$along} <=> $b->{$along}) } @$line;
		my @axis;
		for my $mark (@sorted) {
			if (@axis && $mark->{text} <= $axis[-1]{text}) {
				push @axes, [@axis];
				@axis = ();
			}
			push @axis, $mark;
		}
		push @axes, [@axis];
	}
	return @axes;
}

sub axes_check {
	my @numbers = grep { $_->{text} =~ /^[\d.]+(e-?\d+)?$/ } @_;
	my @x = axes('x', 'y', 1, grep { $_->{anchor} eq 'middle' } @numbers);
	my @y = axes('y', 'x', -1, grep { $_->{anchor} eq 'end' } @numbers);
	wrong('no axis has a number') unless @x || @y;
	for my $axis (@x, @y) {
		wrong('an axis has only the marks %s',
			join ' ', map { $_->{text} } @$axis) if @$axis < 3;
	}
	return (\@x, \@y);
}

sub text_check {
	my ($width, $height, @texts) = @_;
	for my $t (@texts) {
		my $long = length($t->{text}) * $t->{size} * 0.55;
		my $left = $t->{x} - ($t->{anchor} eq 'end' ? $long :
			$t->{anchor} eq 'middle' ? $long / 2 : 0);
		next if $t->{turned};
		wrong('"%s" is clipped', $t->{text}) if $left < 0 ||
			$left + $long > $width || $t->{y} < 0 || $t->{y} > $height;
	}
}

# The values between which an axis lies, from two marks and its ends
sub range {
	my ($axis, $along, $from, $to) = @_;
	my ($a, $b) = ($axis->[0], $axis->[-1]);
	my $scale = (log($b->{text}) - log($a->{text})) /
		($b->{$along} - $a->{$along});
	return map { exp(log($a->{text}) + ($_ - $a->{$along}) * $scale) }
		($from, $to);
}

# What the .dat holds: blocks of lines of numbers
sub blocks {
	my @blocks;
	for my $block (split /\n\n\n/, $_[0]) {
		my @lines = map { s/"[^"]*"//; [split] }
			grep { /\S/ } split /\n/, $block;
		push @blocks, \@lines;
	}
	return @blocks;
}

sub median {
	my @v = sort { $a <=> $b } @_;
	return sqrt($v[$#v / 2] * $v[($#v + 1) / 2]);
}

# Medians and samples, by what stands before them
sub samples_check {
	my ($medians, $samples) = @_;
	my %of;
	push @{$of{$_->[0]}}, $_->[1] for grep { $_->[1] =~ /\d/ } @$samples;
	for my $m (grep { $_->[1] =~ /\d/ } @$medians) {
		my @own = @{delete($of{$m->[0]}) // []};
		wrong('%s: median %s of samples %s', $m->[0], $m->[1], "@own")
			if !@own || abs(median(@own) / $m->[1] - 1) > 1e-4;
	}
	wrong('samples at %s without a median', join ' ', keys %of) if %of;
}

sub inside_check {
	my ($values, @ranges) = @_;
	for my $v (@$values) {
		next if grep { $v >= $_->[0] * 0.999 && $v <= $_->[1] * 1.001 }
			@ranges;
		wrong('%s lies outside its axis', $v);
	}
}

for my $svg (@ARGV) {
	my $text = slurp($svg);
	(my $dat = $svg) =~ s/svg$/dat/;
	($name = $svg) =~ s{.*?([^/]+/plots/)?([^/]+)\.svg$}{($1 // '') . $2}e;
	my ($width, $height) = $text =~ /viewBox="0 0 (\d+) (\d+)"/;
	my @texts = texts($text);
	my ($x, $y) = axes_check(@texts);
	my @blocks = blocks(slurp($dat));
	text_check($width, $height, @texts);

	if ($name =~ /(latency|share|locks|builds|effects|forest)$/) {
		# a row for each thing: y, median, lo, hi, style
		my ($from, $to) = (0, 0); # the longest line is the axis
		while ($text =~ /M([\d.]+),([\d.]+) L([\d.]+),\2 /g) {
			($from, $to) = ($1, $3) if $3 - $1 > $to - $from;
		}
		my @range = range($x->[0], 'x', $from, $to);
		my @rows = map { [@$_[0, 1]] } @{$blocks[0]};
		inside_check([grep { /\d/ } (map { @$_[1, 2, 3] } @{$blocks[0]}),
			map { $_->[1] } @{$blocks[1]}], \@range);
		samples_check(\@rows, $blocks[1]) if $name =~ /(locks|builds)$/;
	} else {
		# pairs of blocks: x, median, lo, hi; x, sample
		my @panels = map { [$_ =~ /M[\d.]+,([\d.]+) L[\d.]+,([\d.]+)/] }
			grep { /M([\d.]+),([\d.]+) L\1,([\d.]+) L[\d.]+,\3 / }
			$text =~ /(M[\d.]+,[\d.]+ L[\d.]+,[\d.]+ L[\d.]+,[\d.]+ )/g;
		my @ranges;
		for my $axis (@$y) {
			my ($panel) = grep { $axis->[0]{y} <= $_->[1] + 8 &&
				$axis->[-1]{y} >= $_->[0] - 8 } @panels;
			next unless $panel && @$axis > 1;
			# the text stands 3.42 below its mark
			push @ranges, [range($axis, 'y',
				map { $_ + 3.42 } $panel->[1], $panel->[0])];
		}
		for (my $i = 0; $i + 1 < @blocks; $i += 2) {
			samples_check($blocks[$i], $blocks[$i + 1]);
			inside_check([grep { /\d/ } map { @$_[1 .. $#$_] }
				@{$blocks[$i]}, @{$blocks[$i + 1]}], @ranges);
		}
	}
}
print "$_\n" for @wrong;
