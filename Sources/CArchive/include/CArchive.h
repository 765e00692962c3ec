/// libarchive, which is loaded when one of its functions is called first: CArchive.c.
#ifndef CARCHIVE_H
#define CARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#endif
