/* info: what the site gives to its users. */
#include "cmd.h"

#include <stdio.h>

#include "gpu.h"

static void add_gpu(const char *name, void *arg)
{
	strs_add(arg, "%s", name);
}

static void print_list(const char *title, const struct strs *list)
{
	printf("%s:", title);
	for (size_t i = 0; i < list->count; i++)
		printf(" %s", list->list[i]);
	puts(list->count ? "" : " none");
}

int cmd_info(struct session *s, struct err *e)
{
	const struct conf *c = s->conf;
	cleanup_strs struct strs gpus = {0};
	struct err ignored;

	(void)e;
	printf("user: %s\nids: %s to +65535\nstore: %s\n", s->user->name,
	       s->store.ids, s->store.root);
	printf("memory: %llu MiB (at most %llu)\ncpus: %g (at most %g)\n"
	       "pids: %llu\n",
	       (unsigned long long)c->memory >> 20,
	       (unsigned long long)c->memory_max >> 20, (double)c->cpus / 1000,
	       (double)c->cpus_max / 1000, (unsigned long long)c->pids);
	printf("network: %s (build: %s)\naddresses: %llu, %llu for each "
	       "user\n",
	       c->network, c->build_network,
	       (unsigned long long)pool_size(&c->pool),
	       (unsigned long long)c->addresses_per_user);
	print_list("registries", &c->registries);
	print_list("shared folders", &c->binds);
	print_list("shared image stores", &c->image_stores);
	if (c->gpu)
		gpu_list((const char *const *)c->cdi_dirs.list, c->gpu, add_gpu,
			 &gpus, &ignored);
	print_list("gpus", &gpus);
	return 0;
}
