/* ceph-admin keyring: fresh keys for every daemon and the administrator, in
 * one go: ceph-authtool takes a process and 50 ms for each. */
#include "ceph-admin.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#include "cleanup.h"

static void base64(const unsigned char *in, size_t n, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)in[i] << 16;
		size_t left = n - i;

		v |= left > 1 ? (unsigned)in[i + 1] << 8 : 0;
		v |= left > 2 ? in[i + 2] : 0;
		*out++ = digits[v >> 18];
		*out++ = digits[v >> 12 & 63];
		*out++ = left > 1 ? digits[v >> 6 & 63] : '=';
		*out++ = left > 2 ? digits[v & 63] : '=';
	}
	*out = '\0';
}

/* One entry: base64 of little-endian type 1 (AES), creation time, length and
 * 16 random bytes (CryptoKey in Ceph's src/auth/Crypto.cc). */
static int key_print(const char *name, const char *caps, struct err *e)
{
	unsigned char key[28] = {1, 0, [10] = 16, 0};
	uint32_t created = (uint32_t)time(NULL);
	char text[64];

	for (int i = 0; i < 4; i++)
		key[2 + i] = (unsigned char)(created >> (8 * i));
	if (getrandom(key + 12, 16, 0) != 16)
		return err_sys(e, -errno, "make a key");
	base64(key, sizeof(key), text);
	printf("[%s]\n\tkey = %s\n%s", name, text, caps);
	return 0;
}

int cmd_keyring(rados_t cluster, const struct options *o, struct err *e)
{
	static const char *const keys[][2] = {
		{"mon.", "\tcaps mon = \"allow *\"\n"},
		{"client.admin", "\tcaps mon = \"allow *\"\n"
				 "\tcaps osd = \"allow *\"\n"
				 "\tcaps mds = \"allow *\"\n"
				 "\tcaps mgr = \"allow *\"\n"},
		{"mgr.x", "\tcaps mon = \"allow profile mgr\"\n"
			  "\tcaps osd = \"allow *\"\n"
			  "\tcaps mds = \"allow *\"\n"},
		{"mds.a", "\tcaps mon = \"allow profile mds\"\n"
			  "\tcaps osd = \"allow *\"\n"
			  "\tcaps mds = \"allow\"\n"
			  "\tcaps mgr = \"allow profile mds\"\n"},
	};
	int r = 0;

	(void)cluster;
	for (size_t i = 0; i < ARRAY_SIZE(keys) && r == 0; i++)
		r = key_print(keys[i][0], keys[i][1], e);
	for (unsigned i = 0; i < o->osds && r == 0; i++) {
		char name[32];

		snprintf(name, sizeof(name), "osd.%u", i);
		r = key_print(name,
			      "\tcaps mon = \"allow profile osd\"\n"
			      "\tcaps osd = \"allow *\"\n"
			      "\tcaps mgr = \"allow profile osd\"\n",
			      e);
	}
	return r;
}
