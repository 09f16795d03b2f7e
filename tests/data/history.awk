# The cells of the k-th of a series of runs, for made.awk: "steady" never
# changes, "slower" loses a fifth from the 13th of 24 on, "young" is only in
# the last three.
#   awk -v k=NUMBER -f tests/data/history.awk
BEGIN {
	noise = (k * 7 % 5) - 2
	print "steady write 128M", 200 + noise, 200 + noise + 1, 200 + noise - 1
	speed = (k > 12 ? 80 : 100) + (k * 3 % 7 - 3) / 2
	print "slower write 128M", speed, speed + 1, speed - 1
	if (k > 21)
		print "young write 128M", speed, speed + 1, speed - 1
}
