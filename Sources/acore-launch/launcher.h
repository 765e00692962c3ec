/// acore-launch: the root process of one attempt of a run.
///
/// The program waits at descriptor 3 for requests and forks launchers, see forkserver.h. In a launcher that has its run descriptor 3
/// holds the plan, 4 the worker's standard input, 5 the run's folder, 6 the folder's `lock` file, locked by the starter.
///
/// It starts the worker, keeps its deadline, collects its output and writes `exit.json` as its last act.
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

enum descriptor { PLAN_FD = 3, INPUT_FD = 4, FOLDER_FD = 5, LOCK_FD = 6, FIRST_FREE_FD = 7 };

/// What the launcher's own exit code says; the run's outcome is in exit.json.
enum launcher_exit {
    LAUNCHER_DONE = 0,        ///< exit.json is written
    LAUNCHER_PLAN = 64,       ///< the plan is not understood; nothing was started
    LAUNCHER_SETUP = 71,      ///< the system refused a session or a signal descriptor; nothing was started
    LAUNCHER_FOLDER = 73,     ///< launch.json or the space for exit.json could not be made; nothing was started
    LAUNCHER_RECORD = 74,     ///< the run has ended, exit.json could not be written
    LAUNCHER_BUSY = 75,       ///< another launcher works in this folder, or worked: nothing was started
};

/// The bounds of what a worker can make the launcher keep.
enum bound {
    LINE_BOUND = 64 * 1024,              ///< one line as it stands in a file
    RUN_BOUND = 16 * 1024 * 1024,        ///< events.jsonl and stderr.log together; one result may follow
    NOTE_RESERVE = 4 * 1024,             ///< of RUN_BOUND, kept for the launcher's own lines
    EVENTS_PER_SECOND = 1000,            ///< wire lines other than artifact, check, mark and result
    RECORD_BOUND = 4096,                 ///< launch.json and exit.json
    KILL_WAIT_MS = 10 * 1000,            ///< how long KILLed processes may take to go
};

/// Where the start of a worker failed; `error` is an errno, 0 = it did not fail.
struct failure {
    const char *step;
    int error;
};

/// Milliseconds since 1970, UTC.
int64_t wall_ms(void);
/// Milliseconds of the clock that nobody sets.
int64_t monotonic_ms(void);
/// Writes `wall` as RFC 3339 with milliseconds, for example 2026-03-28T02:00:00.123Z; 24 bytes, no NUL.
void format_time(int64_t wall, char out[24]);

/// Reads a small file below `directory` into `out` as text; false when it cannot be read.
bool read_small(int directory, const char *name, char *out, size_t room);
/// Writes a short text to an existing file below `directory`; an errno, or 0.
int write_small(int directory, const char *name, const char *text);
/// Writes all bytes; false with errno when the kernel took only a part.
bool write_all(int fd, const char *bytes, size_t count);

#endif
