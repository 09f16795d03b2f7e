/* Runs a command in a guest as if it had been started here: same folder, same
 * standard streams, same signals, same end. How a guest is reached, and what
 * becomes of one that is not, is in guest.c. Runs inside the cluster's
 * namespaces.
 * usage: guest-exec SERVICE_DIR GUEST COMMAND... */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cleanup.h"
#include "guest.h"
#include "plainfile.h"
#include "proc.h"
#include "units.h"

static void say(struct guest *g, enum frame_kind kind)
{
	int r = frame_send(g->sock, kind, &g->frame);

	if (r < 0)
		guest_lost(g, r);
}

static void command_send(struct guest *g, char *const argv[])
{
	cleanup_free char *folder = getcwd(NULL, 0);
	const char *word = folder ? folder : "/";
	struct frame *f = &g->frame;

	f->len = 0;
	for (; word; word = *argv++) {
		size_t len = strlen(word) + 1;

		if (f->len + len > FRAME_MAX) {
			fprintf(stderr, "ie-cluster: exec: the command is "
					"longer than 64 KiB\n");
			exit(126);
		}
		memcpy(f->data + f->len, word, len);
		f->len += len;
	}
	say(g, FRAME_COMMAND);
}

static void signals_open(struct guest *g)
{
	static const int passed[] = {SIGTERM, SIGINT,  SIGHUP,
				     SIGQUIT, SIGUSR1, SIGUSR2};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(passed); i++)
		sigaddset(&set, passed[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	g->signals = signalfd(-1, &set, SFD_CLOEXEC);
}

static void signal_pass(struct guest *g)
{
	struct signalfd_siginfo info;

	if (read(g->signals, &info, sizeof(info)) != sizeof(info))
		return;
	g->frame.data[0] = (unsigned char)info.ssi_signo;
	g->frame.len = 1;
	say(g, FRAME_SIGNAL);
}

static void input_pass(struct guest *g)
{
	ssize_t n = read(STDIN_FILENO, g->frame.data, FRAME_MAX);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	g->frame.len = n > 0 ? (size_t)n : 0;
	g->input_open = n > 0;
	g->input_sent = n > 0;
	say(g, FRAME_INPUT);
}

static void output_write(const struct frame *f, int fd)
{
	for (size_t done = 0; done < f->len;) {
		ssize_t n = write(fd, f->data + done, f->len - done);

		/* Nobody reads it: SIGPIPE has ended this process, or the
		 * caller ignores it and wants the rest to go on. */
		if (n < 0 && errno != EINTR)
			return;
		done += n > 0 ? (size_t)n : 0;
	}
}

static void guest_heard(struct guest *g, const char *command)
{
	int kind = frame_receive(g->sock, &g->frame);
	int why;

	switch (kind) {
	case FRAME_OUT:
		output_write(&g->frame, STDOUT_FILENO);
		break;
	case FRAME_ERR:
		output_write(&g->frame, STDERR_FILENO);
		break;
	case FRAME_TAKEN:
		g->input_sent = false;
		break;
	case FRAME_ALIVE:
		break;
	case FRAME_END:
		proc_end_alike((int)frame_number(&g->frame));
	case FRAME_FAIL:
		why = (int)frame_number(&g->frame);
		fprintf(stderr, "ie-cluster: exec %s: %s\n", command,
			strerror(why));
		exit(why == ENOENT ? 127 : 126);
	default:
		guest_lost(g, kind);
	}
}

static void session_run(struct guest *g, const char *command)
{
	uint64_t limit = g->limit_s * UINT64_C(1000000000);
	uint64_t heard = now_ns();

	g->input_open = true;
	for (;;) {
		struct pollfd p[] = {
			{.fd = g->sock, .events = POLLIN},
			{.fd = g->pidfd, .events = POLLIN},
			{.fd = g->signals, .events = POLLIN},
			{.fd = g->input_open && !g->input_sent ? STDIN_FILENO
							       : -1,
			 .events = POLLIN},
		};
		uint64_t t = now_ns();

		if (t - heard > limit)
			guest_silent(g);
		poll(p, ARRAY_SIZE(p),
		     (int)((limit - (t - heard)) / 1000000u) + 1);
		if (p[0].revents) {
			guest_heard(g, command);
			heard = now_ns();
		} else if (p[1].revents) {
			guest_give_up(g, "has ended");
		}
		if (p[2].revents)
			signal_pass(g);
		if (p[3].revents)
			input_pass(g);
	}
}

int main(int argc, char **argv)
{
	static struct guest g;

	if (plainfile_standard("guest-exec") < 0)
		return 1;
	if (argc < 4) {
		fprintf(stderr,
			"usage: guest-exec SERVICE_DIR GUEST COMMAND...\n");
		return 2;
	}
	g.dir = argv[1];
	g.name = argv[2];
	guest_read(&g);
	signals_open(&g);
	guest_connect(&g);
	command_send(&g, argv + 3);
	session_run(&g, argv[3]);
}
