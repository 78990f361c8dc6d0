//! The settings of clients, in files of their own or shown in a readme: JSON that names servers, each with the `command`
//! that starts it and its `args`.
//!
//! Clients differ in how strictly they read JSON. A text is held to the strict form only where the client is known that
//! reads it so.

use std::ops::Range;

use super::command::{self, Form, Launch, Word};
use super::markdown::Block;
use crate::spec::json::{self, JsonFault, JsonNode, JsonValue};

/// What a text of settings came to.
#[derive(Debug)]
pub struct ReadSettings {
    /// What stands in it, its places those of the file; none where that cannot be known.
    pub root: Option<JsonNode>,
    /// Why the clients that it is for cannot read it.
    pub fault: Option<SettingsFault>,
}

/// Why a client cannot read its settings, and where that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsFault {
    /// Where.
    pub at: usize,
    /// Why.
    pub kind: SettingsFaultKind,
}

/// Why a client cannot read its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsFaultKind {
    /// A comment.
    Comment,
    /// A comma behind a last item, of which the place is told.
    LastComma,
    /// Something else is expected.
    Json(JsonFault),
}

/// What the clients accept that a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Comments.
    pub(super) comments: bool,
    /// A comma behind the last item.
    pub(super) last_comma: bool,
}

impl Dialect {
    /// JSON by the letter.
    pub(super) const STRICT: Self = Self { comments: false, last_comma: false };
    /// JSON with comments, as editors read it.
    pub(super) const LENIENT: Self = Self { comments: true, last_comma: true };
}

/// A server that settings name.
#[derive(Clone, Copy, Debug)]
pub struct ServerEntry<'n> {
    /// All that is said of it.
    pub whole: &'n JsonNode,
    /// The program, or all words of the command.
    pub command: &'n JsonNode,
    /// Whether it stands below a key of the clients that take the program alone as the command.
    pub common: bool,
}

/// Below these keys stand servers by name.
const SERVERS: &[&str] =
    &["mcpServers", "servers", "context_servers", "mcp_servers", "amp.mcpServers", "mcp.servers"];

/// Below these keys stand commands that start no server.
const OTHERS: &[&str] = &[
    "hooks", "tasks", "scripts", "inputs", "statusLine", "arguments", "params", "parameters", "input",
    "lspServers", "commands", "configurations", "runners", "launch", "jobs", "steps",
];

/// The servers at or below `root`, in order of the text.
pub fn servers(root: &JsonNode) -> Vec<ServerEntry<'_>> {
    let mut found = Vec::new();
    search(root, &mut Vec::new(), &mut found);
    found
}

fn search<'n>(node: &'n JsonNode, above: &mut Vec<&'n str>, found: &mut Vec<ServerEntry<'n>>) {
    if above.last().is_some_and(|name| OTHERS.contains(name)) {
        return;
    }
    let command = node.get("command").filter(|command| {
        command.text().is_some() || matches!(&command.value, JsonValue::Array(items) if !items.is_empty())
    });
    if let Some(command) = command {
        let named = above.iter().rev().nth(1).is_some_and(|name| SERVERS.contains(name));
        let described = ["args", "env"].iter().any(|key| node.get(key).is_some());
        if named || described || above.len() <= 1 {
            found.push(ServerEntry { whole: node, command, common: named });
        }
    }
    for item in node.items() {
        search(item, above, found);
    }
    for member in node.members() {
        above.push(&member.name);
        search(&member.node, above, found);
        above.pop();
    }
}

impl ServerEntry<'_> {
    /// What starts it.
    pub fn launches(&self) -> Vec<Launch> {
        // arguments that are no list are a fault of their own
        let words = self.words().or_else(|| Some(vec![word(self.command)?])).unwrap_or_default();
        command::commands(&words, Form { quoted: true, bare: true })
    }

    /// The words of its command, where all of them are told.
    fn words(&self) -> Option<Vec<Word>> {
        let arguments = self.whole.get("args").map(JsonNode::items).unwrap_or_default();
        let program = if self.command.text().is_some() {
            std::slice::from_ref(self.command)
        } else {
            self.command.items()
        };
        program.iter().chain(arguments).map(word).collect()
    }
}

/// The string at `node` as a word.
pub(super) fn word(node: &JsonNode) -> Option<Word> {
    let text = node.text()?.to_owned();
    Some(Word { text, range: node.range.start + 1..node.range.end - 1 })
}

/// What the servers at or below `root` are started by.
pub(super) fn launches(root: &JsonNode) -> Vec<Launch> {
    servers(root).iter().flat_map(ServerEntry::launches).collect()
}

/// The settings in a block of a readme; none where it holds something else.
pub(super) fn in_block(text: &str, block: &Block) -> Option<ReadSettings> {
    let body = &text[block.range.clone()];
    let first = body.trim_start().chars().next();
    let told = ["json", "jsonc", "json5"].contains(&block.language.as_str());
    let untold = ["", "text"].contains(&block.language.as_str()) && matches!(first, Some('{' | '"'));
    if !told && !untold {
        return None;
    }
    let mut read = read(text, block.range.clone(), dialect(text, block));
    // what does not begin as a whole is a part, and only texts of this kind are held to be settings
    let is_whole = first == Some('{');
    let is_meant = body.contains("mcpServers") || body.contains("\"command\"") && body.contains("\"args\"");
    let is_json = block.language != "json5";
    if !is_whole || !is_meant || !is_json || is_elided(body) {
        read.fault = None;
    }
    Some(read)
}

/// The settings in a file of their own.
pub(super) fn in_file(text: &str, dialect: Dialect) -> ReadSettings {
    let mut read = read(text, 0..text.len(), dialect);
    // of a file that is broken only its words tell whether it is one of a client
    if !["\"mcpServers\"", "\"servers\"", "\"command\""].iter().any(|mark| text.contains(mark)) {
        read.fault = None;
    }
    read
}

/// What the clients accept that a block is for.
fn dialect(text: &str, block: &Block) -> Dialect {
    let body = &text[block.range.clone()];
    if block.language != "json" && !block.language.is_empty() || !body.contains("mcpServers") {
        return Dialect::LENIENT;
    }
    // of the clients that share this key only some take comments; those that do not are told in the lines above
    let above = &text[text.floor_char_boundary(block.range.start.saturating_sub(ABOVE))..block.range.start];
    let strict = ["claude_desktop_config", "Claude Desktop", ".mcp.json"];
    let lenient = ["Cursor", "VS Code", "VSCode", "Zed", "settings.json", ".jsonc"];
    let is_strict = strict.iter().any(|name| above.contains(name));
    let is_lenient = lenient.iter().any(|name| above.contains(name));
    Dialect { comments: !is_strict || is_lenient, last_comma: false }
}

/// So many bytes above a block tell what it is for.
const ABOVE: usize = 400;

/// Whether something is left out of a text, or stands for something else: `...`, `<your name>`, `{{ name }}`.
fn is_elided(body: &str) -> bool {
    let mut outside = String::new();
    let mut inside = false;
    let mut before = ' ';
    for letter in body.chars() {
        match letter {
            '"' if before != '\\' => inside = !inside,
            '\n' => inside = false,
            _ if !inside => outside.push(letter),
            _ => {}
        }
        before = letter;
    }
    ["...", "…", "<", "{{", "$", "|", "[your", "other ", "existing ", "rest "]
        .iter()
        .any(|mark| outside.contains(mark))
}

/// Reads the settings that stand at `range`.
pub(super) fn read(text: &str, range: Range<usize>, dialect: Dialect) -> ReadSettings {
    let body = &text[range.clone()];
    let strict = parsed(body, range.start);
    let fault = match strict {
        Ok(root) => return ReadSettings { root: Some(root), fault: None },
        Err(fault) => fault,
    };
    let commented = json::without_comments(body);
    let plain = json::without_last_commas(&commented);
    let has_last_comma = plain != commented;
    let root = parsed(&plain, range.start).ok();
    let byte = text.as_bytes().get(fault.at).copied();
    let comma = text[range.start..fault.at.max(range.start)].trim_end().ends_with(',');
    let kind = match byte {
        Some(b'/') if fault.expected != json::END => SettingsFaultKind::Comment,
        Some(b'}' | b']') if comma => SettingsFaultKind::LastComma,
        _ => SettingsFaultKind::Json(fault.clone()),
    };
    let accepted = match kind {
        SettingsFaultKind::Comment => {
            root.is_some() && dialect.comments && (dialect.last_comma || !has_last_comma)
        }
        SettingsFaultKind::LastComma => dialect.last_comma && root.is_some(),
        // a text behind the end is another example, or a remark
        SettingsFaultKind::Json(_) => fault.expected == json::END && !matches!(byte, Some(b'}' | b']')),
    };
    let at = match kind {
        SettingsFaultKind::LastComma => range.start + text[range.start..fault.at].trim_end().len() - 1,
        // at the very end there is nothing to see
        _ => fault.at.min(range.start + body.trim_end().len().saturating_sub(1)),
    };
    ReadSettings { root, fault: (!accepted).then_some(SettingsFault { at, kind }) }
}

/// The settings whole, or their members alone, as examples often show them.
fn parsed(body: &str, start: usize) -> Result<JsonNode, JsonFault> {
    let offset = isize::try_from(start).unwrap_or_default();
    let bare = || json::parse(&format!("{{{}}}", body.trim_end().trim_end_matches(',')));
    match json::parse(body) {
        Ok(root) => Ok(root.moved(offset)),
        Err(fault) => match bare() {
            Ok(root) => Ok(root.moved(offset - 1)),
            Err(_) => Err(JsonFault { at: fault.at + start, ..fault }),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(text: &str, language: &str) -> ReadSettings {
        let block = Block { language: language.to_owned(), range: 2..text.len() };
        in_block(text, &block).expect("it is of settings")
    }

    #[test]
    fn settings_of_clients_are_read() {
        for text in [
            r#"x {"mcpServers": {"w": {"command": "uvx", "args": ["--from", "weather", "serve"], "env": {}}}}"#,
            r#"x "w": {"args": ["--from", "weather", "serve"], "command": "uvx"},"#,
            r#"x {"servers": {"w": {"command": ["uvx", "--from", "weather", "serve"]}}} // a remark"#,
        ] {
            let launches = launches(&block(text, "json").root.expect("it is read"));
            let [Launch::Tool { from: Some(from), command, quoted: true }] = &launches[..] else {
                panic!("{launches:?}")
            };
            assert_eq!((&text[from.range.clone()], &text[command.range.clone()]), ("weather", "serve"));
        }
    }

    #[test]
    fn commands_of_other_things_start_no_server() {
        for text in [
            r#"{"hooks": {"Stop": [{"type": "command", "command": "uvx weather", "args": []}]}}"#,
            r#"{"tasks": [{"command": "uvx weather", "args": []}]}"#,
            r#"{"a": {"b": {"command": "uvx weather"}}}"#,
        ] {
            assert!(servers(&json::parse(text).expect("it is JSON")).is_empty(), "{text}");
        }
    }

    #[test]
    fn clients_differ_in_what_they_read() {
        let servers = r#""mcpServers": {"w": {"command": "uvx", "args": ["w"]}}"#;
        for (text, language, fault) in [
            (format!("x {{{servers}}}"), "json", None),
            (format!("x {{{servers},}}"), "json", Some("comma")),
            (format!("x {{{servers},}}"), "jsonc", None),
            (format!("x {{{servers}"), "json", Some("other")),
            (format!("x {{{servers}}}}}"), "", Some("other")),
            (format!("x {{{servers}}} {{}}"), "json", None),
            (format!("x {{{servers}, ...}}"), "json", None),
            (format!("x {{// why, and how\n{servers}}}"), "json", None),
            (format!("x {{// why\n{servers},}}"), "json", Some("comment")),
            ("x {\"servers\": {\"w\": {\"command\": \"uvx\", \"args\": [],}}}".to_owned(), "json", None),
            ("x {\"a\": 1,}".to_owned(), "json", None),
            (format!("x {servers}}}}}"), "json", None),
        ] {
            let found = block(&text, language).fault.map(|fault| match fault.kind {
                SettingsFaultKind::Comment => "comment",
                SettingsFaultKind::LastComma => "comma",
                SettingsFaultKind::Json(_) => "other",
            });
            assert_eq!(found, fault, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_place_lies_in_the_text(text in "([\\[\\]{},: \n]|//|\"mcpServers\"|\"command\"|\"args\"|\"uvx\"|é){0,24}") {
            let text = format!("x {text}");
            for language in ["json", "jsonc", ""] {
                let of_language = Block { language: language.to_owned(), range: 2..text.len() };
                let Some(read) = in_block(&text, &of_language) else { continue };
                if let Some(fault) = read.fault {
                    prop_assert!(fault.at <= text.len());
                }
                for range in read.root.iter().flat_map(servers).map(|server| &server.command.range) {
                    prop_assert!(text.get(range.clone()).is_some());
                }
            }
        }
    }
}
