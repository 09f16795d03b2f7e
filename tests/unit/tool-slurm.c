/* Which Slurm job a process is in, by its control groups. */
#include "slurm.h"

#include <errno.h>
#include <unistd.h>

#include "cleanup.h"
#include "tap.h"

#define V1(controller, path) "4:" controller ":" path "\n"

static const struct {
	const char *what, *text, *parent;
	uint32_t id;
} cases[] = {
	{"control groups 2",
	 "0::/system.slice/slurmstepd.scope/job_42/step_0/user/task_0\n",
	 "/system.slice/slurmstepd.scope/job_42", 42},
	{"control groups 1",
	 V1("memory", "/slurm/uid_1000/job_7/step_batch/task_0")
		 V1("devices", "/slurm/uid_1000/job_7/step_batch")
			 V1("pids", "/user.slice"),
	 "/slurm/uid_1000/job_7", 7},
	{"several slurmd on a host",
	 V1("cpuset", "/slurm_n3/uid_1000/job_9/step_0"),
	 "/slurm_n3/uid_1000/job_9", 9},
	{"the job's group itself", "0::/system.slice/slurmstepd.scope/job_5\n",
	 "/system.slice/slurmstepd.scope/job_5", 5},
	{"no job", "0::/user.slice/user-1000.slice/session-3.scope\n", "", 0},
	{"slurmd itself", "0::/system.slice/slurmd.service\n", "", 0},
	{"a name that a user chose",
	 "0::/user.slice/user-1000.slice/user@1000.service/slurm/uid_1000/"
	 "job_42\n",
	 "", 0},
	{"another one", "0::/user.slice/system.slice/slurmstepd.scope/job_42\n",
	 "", 0},
	{"a group below his job's",
	 "0::/system.slice/slurmstepd.scope/job_42/step_0/user/job_43\n",
	 "/system.slice/slurmstepd.scope/job_42", 42},
	{"a name that is no number",
	 "0::/system.slice/slurmstepd.scope/job_42x/step_0\n", "", 0},
	{"a colon in a path", "0::/a:b/job_42\n", "", 0},
	{"nothing", "", "", 0},
};

int main(void)
{
	struct slurm_job job;
	struct err e;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		is_int(slurm_job_parse(&job, cases[i].text, &e), 0,
		       "%s can be read", cases[i].what);
		is_u64(job.id, cases[i].id, "%s: the job is %u", cases[i].what,
		       cases[i].id);
		is_str(job.parent, cases[i].parent, "%s: so is its group",
		       cases[i].what);
	}
	slurm_job_parse(&job, cases[0].text, &e);
	ok(!job.devices, "control groups 2 hold no list of devices");
	slurm_job_parse(&job, cases[1].text, &e);
	ok(job.devices, "control groups 1 do");
	is_int(slurm_job_parse(&job,
			       V1("memory", "/slurm/uid_1/job_7")
				       V1("devices", "/slurm/uid_1/job_8"),
			       &e),
	       -EINVAL, "two jobs at once are refused");
	is_str(e.msg,
	       "control groups: this process is in /slurm/uid_1/job_7 and in "
	       "/slurm/uid_1/job_8 at once",
	       "and named");
	is_int(slurm_job_parse(&job, "rubbish\n", &e), -EBADMSG,
	       "what is no list of groups is refused");
	is_int(slurm_job_of(&job, "/proc", getpid(), &e), 0,
	       "this process's own can be read");
	is_int(slurm_job_of(&job, "/nonexistent", 1, &e), -ENOENT,
	       "a process that is not there is an error");
	return done_testing();
}
