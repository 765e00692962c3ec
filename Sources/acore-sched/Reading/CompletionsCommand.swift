import ArgumentParser

/// `completions SHELL`: what a shell needs to complete command lines.
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print the script with which a shell completes verbs, options and names of jobs.",
        discussion: """
            EXAMPLES:
              acore-sched completions bash > ~/.local/share/bash-completion/completions/acore-sched
              acore-sched completions zsh > ~/.zfunc/_acore-sched        (with that folder in fpath)
              acore-sched completions fish > ~/.config/fish/completions/acore-sched.fish
            """)

    /// The shells that completions are made for.
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    @OptionGroup var global: GlobalOptions
    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() {
        let shell: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Console.print(AcoreSched.completionScript(for: shell))
    }
}
