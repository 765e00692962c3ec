import CronSchedule

/// One input of libFuzzer: two bytes choose a zone and a moment, the rest is the text of an expression.
///
/// A broken promise traps, which libFuzzer reports together with the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func checkInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let bytes, count >= 2 else { return 0 }
    let text = String(decoding: UnsafeBufferPointer(start: bytes + 2, count: count - 2), as: UTF8.self)
    do {
        try CronPromises(zoneChoice: bytes[0], momentChoice: bytes[1]).check(text)
    } catch let error as CronSyntaxError {
        precondition((1...text.unicodeScalars.count + 1).contains(error.column), "column \(error.column) lies outside of \(text)")
        precondition(!error.message.isEmpty && !error.fix.isEmpty, "a refusal without words: \(text)")
    } catch {
        preconditionFailure("\(text): \(error)")
    }
    return 0
}
