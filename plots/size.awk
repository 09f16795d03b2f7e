# What the other awk scripts share: a size as the plan writes it (64k, 1G).
function size_text(bytes,    i) {
	for (i = 0; i < 4 && bytes % 1024 == 0; i++)
		bytes /= 1024
	return bytes substr("kMGT", i, i > 0)
}
