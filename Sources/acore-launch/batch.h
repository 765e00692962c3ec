/// While launchers of a batch have still to start their workers, those whose worker has ended already leave the processors to them: what is
/// due must not wait for the records of what was quick.
#ifndef BATCH_H
#define BATCH_H

#include <stdbool.h>

/// Makes the memory in which the server and its launchers tell each other; without it nobody waits.
void batch_open(void);

/// In the server, before each fork and after the last: whether the launcher is one of a batch, of which more may follow.
void batch_expect(bool one_more);

/// In a launcher, as soon as its worker executes its program, or never will.
void batch_started(void);

/// In a launcher: waits until all others of the batch have got there, or for a second, as one of them may have died.
void batch_wait(void);

/// In a launcher, as its last act: another that waits goes on.
void batch_pass_on(void);

#endif
