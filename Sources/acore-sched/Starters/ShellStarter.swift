/// A plugin in POSIX sh that needs nothing but awk.
enum ShellStarter {
    static let text = #"""
        #!/bin/sh
        # NAME: a kind of job for acore-sched, by version 1 of its wire (docs/plugins.md).
        # Needs a POSIX shell and awk. Values of settings may be secret: they travel through built-in commands and pipes,
        # never as arguments of another program, where everybody could read them.
        set -u

        # One line of JSON; it is folded here for reading.
        describe() {
            tr -d '\n' <<'END'
        {"v":1,"kind":"NAME","summary":"greets on its schedule",
        "settings":[
        {"name":"greeting","type":{"type":"text","form":"line"},"required":false,"default":"hello","help":"What is said."},
        {"name":"count","type":{"type":"integer","min":1,"max":100000},"required":false,"default":1,"help":"How often."},
        {"name":"pause_s","type":{"type":"number","min":0,"max":60},"required":false,"default":0,"help":"Seconds after each time."}
        ],
        "verbs":[{"name":"hello","summary":"says it once, to you","mode":"reading"}]}
        END
            echo
        }

        # For each line of settings one line of findings: rules across settings that their declarations cannot say.
        check() {
            while IFS= read -r request; do
                if [ "$(value settings greeting)" = nothing ] && [ -n "$(value settings count)" ]; then
                    printf '%s\n' '{"findings":[{"severity":"error","path":["count"],"part":"key","problem":"nothing cannot be said often","fix":"leave count out"}]}'
                else
                    printf '%s\n' '{"findings":[]}'
                fi
            done
        }

        # value KEY...: the value at this place of the JSON object in $request; nothing when there is none.
        value() {
            printf '%s\n' "$request" | awk -v path="$*" '
                function blank() { while (substr(s, p, 1) ~ /[ \t\r]/) p++ }
                function hex(h,  i, n) { for (i = 1; i <= 4; i++) n = n * 16 + index("0123456789abcdef", tolower(substr(h, i, 1))) - 1; return n }
                function text(  c, out) {
                    for (p++; (c = substr(s, p, 1)) != "\""; p++) {
                        if (c == "") exit 1
                        if (c == "\\") {
                            c = substr(s, ++p, 1)
                            if (c == "u") { c = sprintf("%c", hex(substr(s, p + 1, 4))); p += 4 }
                            else if (index("ntrbf", c)) c = substr("\n\t\r\b\f", index("ntrbf", c), 1)
                        }
                        out = out c
                    }
                    p++
                    return out
                }
                function found(at, what) { if (at == path) { printf "%s", what; exit } }
                function read(at,  c, from, key, n) {
                    blank(); c = substr(s, p, 1)
                    if (c == "\"") { found(at, text()); return }
                    if (c != "{" && c != "[") {
                        from = p
                        while (substr(s, p, 1) ~ /[-+.0-9A-Za-z]/) p++
                        if (p == from) exit 1
                        found(at, substr(s, from, p - from)); return
                    }
                    p++; blank()
                    if (substr(s, p, 1) ~ /[]}]/) { p++; return }
                    n = 0
                    do {
                        key = n++; blank()
                        if (c == "{") { key = text(); blank(); p++ }
                        read(at == "" ? key : at " " key); blank()
                    } while (substr(s, p++, 1) == ",")
                }
                { s = $0; p = 1; read(""); exit }'
        }

        # setting KEY DEFAULT: settings come as they are written; what is left out has its default here.
        setting() {
            found=$(value settings "$1")
            printf '%s' "${found:-$2}"
        }

        # A text as JSON.
        text() {
            printf '"%s"' "$(printf '%s' "$1" | awk 'NR > 1 { printf "\\n" } { gsub(/["\\]/, "\\\\&"); gsub(/\t/, " "); gsub(/[\001-\037]/, "?"); printf "%s", $0 }')"
        }

        log() { printf '{"t":"log","level":"%s","message":%s}\n' "$1" "$(text "$2")"; }
        progress() { printf '{"t":"progress","done":%s,"total":%s,"unit":"%s"}\n' "$1" "$2" "$3"; }

        # finish OUTCOME SUMMARY: the one result, always the last line. OUTCOME: succeeded, warning or failed.
        finish() {
            if [ "$1" = failed ]; then
                printf '{"t":"result","outcome":"failed","summary":%s,"retry":"may_help"}\n' "$(text "$2")"
                exit 1
            fi
            printf '{"t":"result","outcome":"%s","summary":%s}\n' "$1" "$(text "$2")"
            exit 0
        }

        # TERM asks to stop at the next safe point; what is still there after the grace is killed.
        stopping=
        child=
        stop() {
            stopping=1
            if [ -n "$child" ]; then kill "$child" 2>/dev/null; fi
        }

        # pause SECONDS: a sleep that TERM ends.
        pause() {
            sleep "$1" &
            child=$!
            wait "$child"
            child=
        }

        read_request() {
            IFS= read -r request
            [ "$(value v)" = 1 ] || finish failed "the request is not of version 1 of the wire"
        }

        run() {
            trap stop TERM
            read_request
            greeting=$(setting greeting hello)
            count=$(setting count 1)
            pause_s=$(setting pause_s 0)
            if [ "$(value dry_run)" = true ]; then finish succeeded "would say it $count times"; fi
            done=0
            while [ "$done" -lt "$count" ]; do
                log info "$greeting"
                done=$((done + 1))
                progress "$done" "$count" greetings
                if [ "$pause_s" != 0 ]; then pause "$pause_s"; fi
                if [ -n "$stopping" ]; then finish failed "stopped after $done of $count"; fi
            done
            finish succeeded "said it $done times"
        }

        # A reading verb: its output is shown as it is. $request has verb and argv beside the job's settings.
        hello() {
            read_request
            printf '%s, %s\n' "$(setting greeting hello)" "$(value argv 0)"
        }

        case "${1:-} ${2:-}" in
        "describe ") describe ;;
        "check ") check ;;
        "run ") run ;;
        "verb hello") hello ;;
        *)
            echo "usage: NAME describe|check|run, or NAME verb hello" >&2
            exit 2
            ;;
        esac

        """#
}
