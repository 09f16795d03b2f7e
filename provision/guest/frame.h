/* What goes over the connection between guest-exec and the agent in a guest:
 * frames of a kind and up to 64 KiB. One connection is one command. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX 65536
#define AGENT_PORT 7
#define AGENT_CALLER "10.77.0.1" /* the bridge, as local/up has it */

enum frame_kind {
	/* to the guest */
	FRAME_COMMAND = 'c', /* folder and arguments, each ended by a NUL */
	FRAME_INPUT = 'i',   /* of its standard input; empty: the end */
	FRAME_SIGNAL = 's',  /* one byte */
	/* from the guest */
	FRAME_TAKEN = 't', /* the last input: only now may more be sent, so a
			    * command that does not read holds up no signal */
	FRAME_OUT = 'o',
	FRAME_ERR = 'e',
	FRAME_FAIL = 'f', /* errno: could not be started (4 bytes) */
	FRAME_END = 'x',  /* wait status (4 bytes); the last one */
	FRAME_ALIVE = 'a',
};

#define FRAME_HEADER 5
struct frame {
	unsigned char header[FRAME_HEADER]; /* kind, length: big-endian */
	unsigned char data[FRAME_MAX];
	size_t len;
};

/* Sends f->data[0..f->len). 0 or -errno. */
int frame_send(int fd, enum frame_kind kind, struct frame *f);

/* Receives one whole frame: its kind, 0 at the end of the connection, -EPROTO
 * for what is no frame, -errno. */
int frame_receive(int fd, struct frame *f);

static inline void frame_put_number(struct frame *f, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		f->data[i] = (unsigned char)(v >> (24 - 8 * i));
	f->len = 4;
}

static inline uint32_t frame_number(const struct frame *f)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++)
		v = v << 8 | f->data[i];
	return v;
}
