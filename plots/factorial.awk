# Cells and samples of ie-stats export to the factorial figure of image builds:
# reads samples.tsv and cells.tsv, writes for each build (a panel) and each of
# rootful and rootless in each home (a line) two data blocks, "driver median lo
# hi" and "driver value", and the figure's variables to the file `vars`. Drivers
# are 1 overlay, 2 fuse-overlayfs, 3 vfs. Exit status 1: there is nothing to
# show.

function plain(text) {
	gsub(/[^A-Za-z0-9.\/+-]/, "_", text)
	return text
}

function number(name) {
	return $col[name] == "NA" ? "NaN" : $col[name]
}

BEGIN {
	FS = "\t"
	place["podman"] = "rootful 1"
	place["podman-fuse"] = "rootful 2"
	place["podman-vfs"] = "rootful 3"
	place["podman-rootless-overlay"] = "rootless 1"
	place["podman-rootless-fuse"] = "rootless 2"
	place["podman-rootless-vfs"] = "rootless 3"
}

FNR == 1 {
	delete col
	for (i = 1; i <= NF; i++)
		col[$i] = i
	next
}

$col["unit"] == "s" && $col["driver"] in place {
	split(place[$col["driver"]], at, " ")
	split($col["variant"], part, "/")
	panel = plain(part[1] ($col["cache"] == "NA" ? "" : "-" $col["cache"]))
	line = at[1] (part[2] == "local" ? "" : "@" plain(part[2]))
	key = panel SUBSEP line
	if (!("median" in col)) {
		raw[key] = raw[key] at[2] " " $col["value"] "\n"
		extent($col["value"])
		next
	}
	if ($col["median"] == "NA")
		next
	if (!(panel in panel_at)) {
		panel_at[panel] = ++panels
		panel_name[panels] = panel
	}
	if (!(line in line_at)) {
		line_at[line] = ++lines
		line_name[lines] = line
	}
	# in the order of the drivers, whatever that of the cells
	cells[key, at[2]] = at[2] " " $col["median"] " " number("lo") " " \
		number("hi") "\n"
	extent($col["median"])
}

function extent(v) {
	if (low == "" || v + 0 < low)
		low = v + 0
	if (v + 0 > high)
		high = v + 0
}

function block(text) {
	printf "%s\n\n", text == "" ? "NaN NaN NaN NaN\n" : text
}

END {
	if (!panels)
		exit 1
	for (p = 1; p <= panels; p++) {
		names = names (p > 1 ? " " : "") panel_name[p]
		for (i = 1; i <= lines; i++) {
			key = panel_name[p] SUBSEP line_name[i]
			block(cells[key, 1] cells[key, 2] cells[key, 3])
			block(raw[key])
		}
	}
	for (i = 1; i <= lines; i++)
		titles = titles (i > 1 ? " " : "") line_name[i]
	printf "panels = %d\nlines = %d\nnames = \"%s\"\ntitles = \"%s\"\n" \
		"low = %.9g\nhigh = %.9g\n", panels, lines, names, titles, \
		low, high >vars
}
