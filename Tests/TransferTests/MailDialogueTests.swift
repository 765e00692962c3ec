import Testing

@testable import Transfer

/// What is made of what a server of mail says, whatever that is.
@Suite struct MailDialogueTests {
    /// Lines as they go over the wire: `>` is ours.
    private func dialogue(_ lines: [String]) -> MailDialogue {
        var dialogue = MailDialogue()
        for line in lines {
            var bytes = Array((line.dropFirst() + "\r\n").utf8)
            bytes.withUnsafeMutableBytes { buffer in
                let bytes = UnsafeRawBufferPointer(buffer)
                if line.hasPrefix(">") { dialogue.send(bytes) } else { dialogue.receive(bytes) }
            }
        }
        return dialogue
    }

    @Test func repliesBelongToTheirCommands() {
        let lines = [
            "<220 mail.test", ">EHLO here", "<250-mail.test", "<250 SIZE", ">MAIL FROM:<a@b.test>", "<250 ok", ">RCPT TO:<one@b.test>",
            "<250 ok", ">RCPT TO:<two@b.test>", "<550-5.1.1 no", "<550 5.1.1 such user", ">RCPT TO:<three@b.test>",
        ]
        let dialogue = dialogue(lines)
        #expect(dialogue.stage == .recipient && dialogue.reply == nil)
        #expect(dialogue.recipientReplies.map(\.description) == ["250 ok", "550 5.1.1 no 5.1.1 such user"])
    }

    @Test func whatIsSaidToTheFarewellChangesNothing() {
        let dialogue = dialogue([">MAIL FROM:<a@b.test>", "<550 no", ">QUIT", "<221 Bye"])
        #expect(dialogue.stage == .sender && dialogue.reply?.code == 550)
    }

    @Test func whatIsSaidToALoginIsNotKept() {
        let dialogue = dialogue([
            ">AUTH LOGIN", "<334 VXNlcm5hbWU6", ">REFUQQ==", "<334 UGFzc3dvcmQ6", ">DATA", "<535 your password hidden is wrong",
        ])
        #expect(dialogue.stage == .login && dialogue.reply == MailReply(code: 535, text: ""))
    }

    @Test func aTextIsCutAndWithoutControlCharacters() {
        let text = dialogue([">MAIL", "<550 \u{1b}[2Jone\ttwo \u{202e}" + String(repeating: "x", count: 1000)]).reply?.text
        #expect(text?.hasPrefix("[2Jone two x") == true && text?.count == MailReply.textBound + 1)
        var lines = [">MAIL"]
        for number in 0..<1000 { lines.append("<550-line \(number)") }
        #expect(dialogue(lines + ["<550 end"]).reply?.text == "line 0 line 1 line 2 line 3 line 4 line 5 line 6 line 7")
    }

    @Test(arguments: ["<", "<abc", "<99 x", "<999 x", "<-1 x", "<2500", "<\u{0}"])
    func whatIsNoReplyIsPassedOver(_ line: String) {
        #expect(dialogue([">MAIL", line]).reply.map { (200..<600).contains($0.code) } ?? true)
    }
}
