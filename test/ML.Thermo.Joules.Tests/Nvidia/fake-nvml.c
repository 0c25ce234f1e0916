/* Two GPUs that only exist in tests: the first has an energy counter, the second power alone. Its state is read from the
   environment when it is initialised and changed by the functions that tests look up by name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int opened, limit[2] = {300000, 300000}, set_result;
static unsigned long long energy = 1000;
static unsigned power = 50000;

int nvmlInit_v2(void) { const char *r = getenv("FAKE_NVML_INIT"); opened++; return r ? atoi(r) : 0; }
int nvmlShutdown(void) { opened--; return 0; }
int nvmlDeviceGetCount_v2(unsigned *n) { *n = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned i, void **d) { if (i > 1) return 2; *d = (void *)(long)(i + 1); return 0; }
int nvmlDeviceGetName(void *d, char *t, unsigned n) { strncpy(t, (long)d == 1 ? "NVIDIA H100 80GB HBM3" : "Tesla M4", n); return 0; }
int nvmlDeviceGetUUID(void *d, char *t, unsigned n) { strncpy(t, (long)d == 1 ? "GPU-aaaa" : "GPU-bbbb", n); return 0; }
int nvmlDeviceGetTotalEnergyConsumption(void *d, unsigned long long *mj) { if ((long)d == 2) return 3; *mj = energy; return 0; }
int nvmlDeviceGetPowerUsage(void *d, unsigned *mw) { *mw = power; return 0; }
int nvmlDeviceGetPowerManagementLimit(void *d, unsigned *mw) { *mw = limit[(long)d - 1]; return 0; }
int nvmlDeviceGetPowerManagementLimitConstraints(void *d, unsigned *lo, unsigned *hi) { *lo = 100000; *hi = 350000; return 0; }
/* What is set is also written to the file FAKE_NVML_LOG, for tests that end the process. */
static void note(long gpu, unsigned mw) { const char *path = getenv("FAKE_NVML_LOG"); FILE *f = path ? fopen(path, "a") : 0; if (f) { fprintf(f, "%ld %u\n", gpu, mw); fclose(f); } }
int nvmlDeviceSetPowerManagementLimit(void *d, unsigned mw) { if (set_result) return set_result; if (mw < 100000 || mw > 350000) return 2; limit[(long)d - 1] = mw; note((long)d - 1, mw); return 0; }
int nvmlDeviceGetMigMode(void *d, unsigned *now, unsigned *next) { *now = *next = (long)d == 1 && getenv("FAKE_NVML_MIG") != 0; return 0; }
int nvmlDeviceGetComputeRunningProcesses_v3(void *d, unsigned *n, void *i) { *n = 3; return 7; }

void fake_energy(unsigned long long mj) { energy = mj; }
void fake_power(unsigned mw) { power = mw; }
void fake_set_result(int r) { set_result = r; }
int fake_opened(void) { return opened; }
int fake_limit(int i) { return limit[i]; }
