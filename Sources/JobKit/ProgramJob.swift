/// A kind whose runs are nothing but a program that the settings name.
///
/// The daemon starts that program itself, without a worker between: such a job costs what a
/// spawn costs. The plugin describes and checks its settings; it never runs.
public protocol ProgramJob: PluginKind {
    /// Which of the settings hold the program, its folder, its input and its exit codes.
    static var program: ProgramRole { get }
}
