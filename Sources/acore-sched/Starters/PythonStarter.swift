/// A plugin in Python 3 that needs nothing but its standard library.
enum PythonStarter {
    static let text = #"""
        #!/usr/bin/env python3
        """NAME: a kind of job for acore-sched, by version 1 of its wire (docs/plugins.md)."""
        import json
        import signal
        import sys
        import threading

        DESCRIPTION = {
            "v": 1,
            "kind": "NAME",
            "summary": "greets on its schedule",
            "settings": [
                {"name": "greeting", "type": {"type": "text", "form": "line"}, "required": False, "default": "hello", "help": "What is said."},
                {"name": "count", "type": {"type": "integer", "min": 1, "max": 100000}, "required": False, "default": 1, "help": "How often."},
                {"name": "pause_s", "type": {"type": "number", "min": 0, "max": 60}, "required": False, "default": 0, "help": "Seconds after each time."},
            ],
            "verbs": [{"name": "hello", "summary": "says it once, to you", "mode": "reading"}],
        }

        # Set by TERM: stop at the next safe point. What is still there after the grace is killed.
        stopping = threading.Event()


        class Failure(Exception):
            """Why the work was not done; `may_help` says whether another attempt can."""

            def __init__(self, summary, may_help=True):
                super().__init__(summary)
                self.may_help = may_help


        def say(line):
            """Writes one line of the wire at once."""
            print(json.dumps(line, ensure_ascii=False), flush=True)


        def log(message, level="info", **fields):
            say({"t": "log", "level": level, "message": message, "fields": {name: str(value) for name, value in fields.items()}})


        def progress(done, total, unit):
            say({"t": "progress", "done": done, "total": total, "unit": unit})


        def check(settings):
            """Rules across settings that their declarations cannot say."""
            if settings.get("greeting") == "nothing" and "count" in settings:
                return [{"severity": "error", "path": ["count"], "part": "key", "problem": "nothing cannot be said often", "fix": "leave count out"}]
            return []


        def setting(request, name):
            """Settings come as they are written; what is left out has its default here."""
            standard = {known["name"]: known.get("default") for known in DESCRIPTION["settings"]}
            return request["settings"].get(name, standard[name])


        def work(request):
            """Does the work once. Returns the line that an operator reads tomorrow, and the numbers behind it."""
            count, pause = setting(request, "count"), setting(request, "pause_s")
            if request["dry_run"]:
                return f"would say it {count} times", {}
            for done in range(1, count + 1):
                log(setting(request, "greeting"))
                progress(done, count, "greetings")
                stopping.wait(pause)
                if stopping.is_set():
                    raise Failure(f"stopped after {done} of {count}")
            return f"said it {count} times", {"greetings": count}


        def hello(request):
            """A reading verb: its output is shown as it is."""
            print(f"{setting(request, 'greeting')}, {' '.join(request['argv'])}")


        def read_request():
            request = json.loads(sys.stdin.readline())
            if request["v"] != 1:
                raise Failure("the request is not of version 1 of the wire", may_help=False)
            return request


        def run():
            """Ends with the one result, always the last line."""
            signal.signal(signal.SIGTERM, lambda number, frame: stopping.set())
            try:
                summary, numbers = work(read_request())
            except Failure as failure:
                say({"t": "result", "outcome": "failed", "summary": str(failure), "retry": "may_help" if failure.may_help else "cannot_help"})
                return 1
            say({"t": "result", "outcome": "succeeded", "summary": summary, "numbers": numbers})
            return 0


        def main(words):
            if words == ["describe"]:
                print(json.dumps(DESCRIPTION))
            elif words == ["check"]:
                for line in sys.stdin:
                    print(json.dumps({"findings": check(json.loads(line)["settings"])}), flush=True)
            elif words == ["run"]:
                return run()
            elif words == ["verb", "hello"]:
                hello(read_request())
            else:
                print("usage: NAME describe|check|run, or NAME verb hello", file=sys.stderr)
                return 2
            return 0


        if __name__ == "__main__":
            sys.exit(main(sys.argv[1:]))

        """#
}
