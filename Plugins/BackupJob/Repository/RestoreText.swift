/// `RESTORE.txt`: the way back with tools that every Linux machine has, for the day when this program is not at hand.
///
/// Lines that begin with four blanks are commands; a test pastes them.
enum RestoreText {
    static let text = """
        HOW TO RESTORE FROM THIS FOLDER, WITH STOCK TOOLS ONLY
        ======================================================

        This is a backup repository of acore-sched. You need GNU tar, zstd, findutils and coreutils, and for files that end in .age
        the program age and a secret key. Copy and paste, as root, so that owners and permissions come back.

        What is here
          set-NAME/data/c-ID/                   a chain: a full backup and what changed afterwards
          set-NAME/data/c-ID/0000.tar.zst       the archive of the full backup: everything
          set-NAME/data/c-ID/0001.tar.zst       the archive of the next one: what had changed by then; none when nothing had
          set-NAME/data/c-ID/0001.manifest.zst  everything that there was by then, one line of JSON an entry
          set-NAME/data/c-ID/0001.point.json    when it was made, how it ended, its checksums
          set-NAME/data/latest                  a link to the record of the newest backup
          set-NAME/config/                      the same for backups of settings alone
          0000.tar.zst.age, 0000.manifest.zst.age   in the place of the files without .age, where backups are encrypted
          cache/                                where they are: the list of the newest backup for the machine that makes
                                                them. Nothing is restored from it; leave it out of copies, remove it at will

        1. Go to this folder, say where the secret key is (a file of age-keygen; nothing where no file ends in .age), and choose a
           set and a backup (here: the newest)

            cd /path/to/this/folder
            KEY=/path/to/the/key
            plain() { case "$1" in *.age) age -d -i "$KEY" "$1" ;; *) cat "$1" ;; esac; }
            SET=NAME
            KIND=data
            POINT="set-$SET/$KIND/$(readlink "set-$SET/$KIND/latest" || cat "set-$SET/$KIND/latest")"

           In what came from a bucket, latest is a file with that text. Where it is missing, name the record that was made last, which
           ls -t "set-$SET/$KIND"/c-*/*.point.json shows first:  POINT=set-NAME/data/c-ID/0001.point.json

        2. Collect the archives that it needs: those of its chain, up to itself

            CHAIN="$(dirname "$POINT")"
            ARCHIVES=
            for A in $(ls -d "$CHAIN"/*.tar.zst "$CHAIN"/*.tar.zst.age 2>/dev/null); do
              if [ ! "${A%.tar.zst*}" '>' "${POINT%.point.json}" ]; then ARCHIVES="$ARCHIVES $A"; fi
            done

        3. Check that nothing is damaged

            sha256sum -c checksums
            for A in $ARCHIVES; do plain "$A" | zstd -t; done

        4. Look at what is in it, and at how it ended (outcome "warning": something is named in the manifest)

            cat "$POINT"
            MANIFEST="$CHAIN/$(sed 's/.*"manifest":{"file":"//; s/".*//' "$POINT")"
            plain "$MANIFEST" | zstd -dc | grep -v -e '"state":"stored"' -e '"state":"unchanged"'

        5. Say what to restore: nothing behind the two dashes for everything, or paths as in the manifest, such as
           data/config/settings.yaml 'data/my notes'

            set --

        6. Restore it into an empty folder

            mkdir /root/restored
            for A in $ARCHIVES; do
              plain "$A" | zstd -dc | tar -C /root/restored -xf - .acore 2>/dev/null
              if [ -f /root/restored/.acore/removed.nul ]; then (cd /root/restored; xargs -0 rm -rf -- <.acore/removed.nul); fi
              rm -rf /root/restored/.acore
              plain "$A" | zstd -dc | tar --acls --xattrs --xattrs-include='*' --numeric-owner -p -C /root/restored -xf - ${1+"$@" .acore/patch}
              for P in /root/restored/.acore/patch/*/file; do
                if [ -f "$P" ]; then
                  { read -r SIZE; read -r TIME; F="$(cat; echo x)"; } <"$P"; F="/root/restored/${F%x}"
                  if [ -f "$F" ]; then
                    while read -r BS SEEK SKIP COUNT; do
                      dd if="${P%file}data" of="$F" bs="$BS" seek="$SEEK" skip="$SKIP" count="$COUNT" conv=notrunc status=none
                    done <"${P%file}blocks"
                    truncate -s "$SIZE" "$F"; touch -d "@$TIME" "$F"
                  fi
                fi
              done
              rm -rf /root/restored/.acore
            done

           With paths, tar says "Not found in archive" for each archive that has nothing of them. A file with several names
           needs its first one: where tar cannot make a link, name that one, too, or restore everything.

           Each source lies in a folder of its own name. Where it was says the first line of the manifest:

            plain "$MANIFEST" | zstd -dc | head -n 1

        7. Put the source "data" back to its place: stop the program that uses it, move the old folder away, and

            cp -a /root/restored/data /var/lib/program

        Good to know
          - A SQLite database is stored as one consistent file, its -wal and -shm left out. Never put it beside -wal or
            -shm files of another copy: remove those first.
          - tar may say "Ignoring unknown extended header keyword 'hdrcharset'": a file name is not UTF-8; it is restored
            as it was.
          - An entry that occurs twice was read twice, since it changed in between: the second one counts, and tar takes it.
          - Of a large file that changed a little, an archive has the blocks that changed, in .acore/patch: dd lays them over the file that
            the archives before have.
          - .acore/removed.nul in an archive names what the backup before had and this one has no longer.

        """
}
