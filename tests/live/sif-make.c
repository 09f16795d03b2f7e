/* Makes a SIF as ie-podman's process of the user does, without ie-podman:
 *	sif-make FILE INSPECT.json COMPRESSION ID_BASE [-f] <TAR
 * For tests and for measuring; it asks Podman nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "sif_make.h"

int main(int argc, char **argv)
{
	static char inspect[1 << 20];
	struct sif_source src = {.inspect = inspect};
	struct err e;
	cleanup_file FILE *f = argc < 5 ? NULL : fopen(argv[2], "re");

	if (!f || !fread(inspect, 1, sizeof(inspect) - 1, f)) {
		fprintf(stderr, "usage: sif-make FILE INSPECT.json "
				"COMPRESSION ID_BASE [-f] <TAR\n");
		return 2;
	}
	src.compression = argv[3];
	src.id_base = (uint32_t)strtoul(argv[4], NULL, 10);
	if (sif_make(&src, argv[1], argc > 5, &e) < 0) {
		fprintf(stderr, "sif-make: %s\n", e.msg);
		return 1;
	}
	return 0;
}
