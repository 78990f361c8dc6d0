//! Entry points: console scripts, GUI scripts and plugins.
//!
//! Standard: packaging.python.org, "Entry points specification". Whether a reference leads anywhere is not asked
//! here; what it says is.

use std::ops::Range;

use super::{control, identifier, name};

/// The object that an entry point names: `module:attribute.attribute [extra]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The dotted module.
    pub module: String,
    /// Where the module stands.
    pub module_range: Range<usize>,
    /// The attributes behind the colon, from the outermost; none where the module itself is meant.
    pub attributes: Vec<String>,
    /// Where the attributes stand, without the colon; empty where there are none.
    pub attributes_range: Range<usize>,
    /// The extras in brackets: "Using extras for an entry point is no longer recommended."
    pub extras: Vec<String>,
    /// Where the extras stand, with their brackets; empty where there are none.
    pub extras_range: Range<usize>,
}

/// Why a text is no reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct ReferenceFault {
    /// Where in the text.
    pub range: Range<usize>,
    /// What is wrong there.
    pub kind: ReferenceFaultKind,
}

/// What is wrong in a reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceFaultKind {
    /// Nothing but blanks.
    #[error("an entry point cannot be empty")]
    Empty,
    /// A line break or another control character, which would end the line in `entry_points.txt`.
    #[error("an entry point holds no line breaks or other control characters")]
    Control,
    /// A path of a file instead of a module.
    #[error("`{0}` is the path of a file, not the name of a module")]
    Path(String),
    /// No callable where a script needs one.
    #[error("`{0}` names no function: a script is `module:function`")]
    MissingCallable(String),
    /// Parentheses: an entry point names the function, and the installer's script calls it.
    #[error("an entry point names a function and does not call it")]
    Call,
    /// A second colon.
    #[error("an entry point has only one `:`")]
    SecondColon,
    /// Two dots in a row, or one at an end: relative names are no names here.
    #[error("a part of the name is missing beside a `.`")]
    EmptyPart,
    /// Nothing before the colon.
    #[error("no module stands before the `:`")]
    MissingModule,
    /// A part that Python has no name for.
    #[error("`{0}` is not a Python identifier")]
    Identifier(String),
    /// A part that Python's grammar keeps for itself, so that no script can import it.
    #[error("`{0}` is a Python keyword")]
    Keyword(String),
    /// Brackets that hold no list of extras, or something behind them.
    #[error("extras are names between `[` and `]`, separated by `,`")]
    Extras,
}

use ReferenceFaultKind as Kind;

impl Reference {
    /// Reads a reference, also one that names a module alone, as plugins may.
    ///
    /// Blanks around the text, the colon and the brackets are no fault: "readers must accept and ignore" them.
    pub fn parse(text: &str) -> Result<Self, ReferenceFault> {
        if let Some(at) = control::find_control(text) {
            let length = text[at..].chars().next().map_or(0, char::len_utf8);
            return Err(fault(at..at + length, Kind::Control));
        }
        let whole = super::trimmed(text, 0..text.len());
        if whole.is_empty() {
            return Err(fault(0..text.len(), Kind::Empty));
        }
        let bracket = text.find('[').unwrap_or(whole.end);
        let extras_range = bracket..whole.end;
        let extras = parse_extras(text, extras_range.clone())?;
        let object = super::trimmed(text, whole.start..bracket);
        let (module_range, attributes_range) = split(text, object)?;
        let attributes = text[attributes_range.clone()].split('.').filter(|part| !part.is_empty());
        let attributes = attributes.map(str::to_owned).collect();
        let module = text[module_range.clone()].to_owned();
        Ok(Self { module, module_range, attributes, attributes_range, extras, extras_range })
    }

    /// Reads the reference of a script, which must name something to call.
    pub fn parse_script(text: &str) -> Result<Self, ReferenceFault> {
        let reference = Self::parse(text)?;
        if reference.attributes.is_empty() {
            return Err(fault(reference.module_range, Kind::MissingCallable(reference.module)));
        }
        Ok(reference)
    }

    /// Whether the module reads like the name of a file: `server.py`.
    ///
    /// It may yet be the module `py` of a package `server`, which only the tree can tell, so it is no fault.
    pub fn resembles_file(&self) -> bool {
        self.module.ends_with(".py")
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.module)?;
        if !self.attributes.is_empty() {
            write!(formatter, ":{}", self.attributes.join("."))?;
        }
        if !self.extras.is_empty() {
            write!(formatter, " [{}]", self.extras.join(","))?;
        }
        Ok(())
    }
}

/// Splits `object` at its colon and checks both sides.
fn split(text: &str, object: Range<usize>) -> Result<(Range<usize>, Range<usize>), ReferenceFault> {
    let colon = text[object.clone()].find(':').map(|colon| object.start + colon);
    let module = super::trimmed(text, object.start..colon.unwrap_or(object.end));
    let written = &text[module.clone()];
    if is_path(written) {
        return Err(fault(module.clone(), Kind::Path(written.to_owned())));
    }
    let attributes = match colon {
        Some(colon) => super::trimmed(text, colon + 1..object.end),
        None => object.end..object.end,
    };
    if written.is_empty() {
        return Err(fault(object, Kind::MissingModule));
    }
    let last = if attributes.is_empty() { &module } else { &attributes };
    if let Some(open) = text[last.clone()].find('(') {
        return Err(fault(last.start + open..last.end, Kind::Call));
    }
    if let Some(second) = text[attributes.clone()].find(':') {
        let second = attributes.start + second;
        return Err(fault(second..second + 1, Kind::SecondColon));
    }
    check_parts(text, module.clone())?;
    if colon.is_some() && attributes.is_empty() {
        return Err(fault(module, Kind::MissingCallable(written.to_owned())));
    }
    if !attributes.is_empty() {
        check_parts(text, attributes.clone())?;
    }
    Ok((module, attributes))
}

/// Whether someone wrote the path of a file: `src/server.py`, `.\server`.
fn is_path(module: &str) -> bool {
    module.contains(['/', '\\'])
}

/// Checks that the dotted name at `range` consists of identifiers, none a keyword.
fn check_parts(text: &str, range: Range<usize>) -> Result<(), ReferenceFault> {
    let mut start = range.start;
    for part in text[range.clone()].split('.') {
        let place = start..start + part.len();
        start = place.end + 1;
        if part.is_empty() {
            return Err(fault(range, Kind::EmptyPart));
        }
        if !identifier::is_identifier(part) {
            return Err(fault(place, Kind::Identifier(part.to_owned())));
        }
        if identifier::is_keyword(part) {
            return Err(fault(place, Kind::Keyword(part.to_owned())));
        }
    }
    Ok(())
}

/// Reads `"[" (name ("," name)*)? "]"` at `range`, or nothing where that is empty.
fn parse_extras(text: &str, range: Range<usize>) -> Result<Vec<String>, ReferenceFault> {
    let written = &text[range.clone()];
    if written.is_empty() {
        return Ok(Vec::new());
    }
    let inner = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map(str::trim);
    let extras: Option<Vec<String>> = match inner {
        Some("") => Some(Vec::new()),
        Some(list) => list
            .split(',')
            .map(|extra| Some(extra.trim().to_owned()).filter(|extra| name::is_valid(extra)))
            .collect(),
        None => None,
    };
    extras.ok_or_else(|| fault(range, Kind::Extras))
}

/// Whether `name` can stand before a `=` in `entry_points.txt` and be read again.
///
/// The standard admits all but `=`, a blank at an end and a `[` at the start. To `configparser` a line that begins
/// with `#` or `;` is a comment, so such a name would be lost.
pub fn is_valid_name(name: &str) -> bool {
    !name.is_empty()
        && name.trim() == name
        && !name.starts_with(['[', '#', ';'])
        && !name.contains('=')
        && control::find_control(name).is_none()
}

/// Whether `name` can be the name of a command: it becomes a file in the scripts folder, on every system.
///
/// Stricter than the standard, which only recommends letters, digits, `_`, `.` and `-`.
pub fn is_valid_script_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !matches!(name, "" | "." | "..") && name.bytes().all(is_plain)
}

/// Whether `group` is words with dots between: `^\w+(\.\w+)*$`.
pub fn is_valid_group(group: &str) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    group.split('.').all(|part| !part.is_empty() && part.chars().all(is_word))
}

/// Writes `entry_points.txt`: groups and entries in the order given, no group without entries.
///
/// Names and values are to be checked before: a line break in one would begin an entry of its own.
pub fn render(groups: &[(String, Vec<(String, String)>)]) -> String {
    let sections = groups.iter().filter(|(_, entries)| !entries.is_empty()).map(|(group, entries)| {
        let lines = entries.iter().map(|(name, value)| format!("{name} = {value}\n"));
        format!("[{group}]\n{}", lines.collect::<String>())
    });
    sections.collect::<Vec<_>>().join("\n")
}

fn fault(range: Range<usize>, kind: ReferenceFaultKind) -> ReferenceFault {
    ReferenceFault { range, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_part() {
        let text = " pkg.server : App.main  [ cli , a-b ] ";
        let reference = Reference::parse(text).expect("a reference");
        assert_eq!(reference.module, "pkg.server");
        assert_eq!(&text[reference.module_range.clone()], "pkg.server");
        assert_eq!(reference.attributes, ["App", "main"]);
        assert_eq!(&text[reference.attributes_range.clone()], "App.main");
        assert_eq!(reference.extras, ["cli", "a-b"]);
        assert_eq!(&text[reference.extras_range.clone()], "[ cli , a-b ]");
        assert_eq!(reference.to_string(), "pkg.server:App.main [cli,a-b]");
    }

    #[test]
    fn accepts_good_references() {
        for text in [
            "a:b", "a.b.c:d", "_a:_b.c", "天気:main", "src.pkg:main", "match:case", "a:b []",
            "server.py:main",
        ] {
            assert!(Reference::parse_script(text).is_ok(), "{text}: {:?}", Reference::parse(text));
        }
        let plugin = Reference::parse("pkg.plugin").expect("a module alone");
        assert_eq!((plugin.attributes.len(), plugin.extras.len()), (0, 0));
        assert!(plugin.attributes_range.is_empty() && plugin.extras_range.is_empty());
        assert_eq!(plugin.to_string(), "pkg.plugin");
    }

    #[test]
    fn suspects_a_file_name() {
        let resembles = |text| Reference::parse(text).map(|reference| reference.resembles_file());
        assert_eq!(resembles("server.py:main"), Ok(true));
        assert_eq!(resembles("server.pyx:main"), Ok(false));
    }

    #[test]
    fn points_at_the_fault() {
        let owned = str::to_owned;
        for (text, range, kind) in [
            ("", 0..0, Kind::Empty),
            ("  ", 0..2, Kind::Empty),
            ("a:b\n[x]", 3..4, Kind::Control),
            ("pkg.mod", 0..7, Kind::MissingCallable(owned("pkg.mod"))),
            ("pkg.mod:", 0..7, Kind::MissingCallable(owned("pkg.mod"))),
            (":main", 0..5, Kind::MissingModule),
            ("src/pkg/a.py:main", 0..12, Kind::Path(owned("src/pkg/a.py"))),
            (r".\pkg:main", 0..5, Kind::Path(owned(r".\pkg"))),
            ("pkg/a.py", 0..8, Kind::Path(owned("pkg/a.py"))),
            ("pkg:main()", 8..10, Kind::Call),
            ("pkg:main(1, 2) [x]", 8..14, Kind::Call),
            ("pkg.main()", 8..10, Kind::Call),
            ("pkg:a:b", 5..6, Kind::SecondColon),
            ("pkg::b", 4..5, Kind::SecondColon),
            (".pkg:main", 0..4, Kind::EmptyPart),
            ("pkg:a..b", 4..8, Kind::EmptyPart),
            ("my-pkg.a:main", 0..6, Kind::Identifier(owned("my-pkg"))),
            ("pkg:1a", 4..6, Kind::Identifier(owned("1a"))),
            ("pkg. a:main", 4..6, Kind::Identifier(owned(" a"))),
            ("pkg:a b", 4..7, Kind::Identifier(owned("a b"))),
            ("pkg.class:main", 4..9, Kind::Keyword(owned("class"))),
            ("pkg:None", 4..8, Kind::Keyword(owned("None"))),
            ("pkg:main [a", 9..11, Kind::Extras),
            ("pkg:main [a] b", 9..14, Kind::Extras),
            ("pkg:main [a,]", 9..13, Kind::Extras),
        ] {
            assert_eq!(Reference::parse_script(text), Err(fault(range, kind)), "{text:?}");
        }
    }

    #[test]
    fn tells_names_that_can_be_read_again() {
        for name in ["a", "my tool", "a:b", "a/b", "天気", "a#b", "a["] {
            assert!(is_valid_name(name), "{name}");
        }
        for name in ["", " a", "a ", "[a", "#a", ";a", "a=b", "a\nb", "a\u{2028}b"] {
            assert!(!is_valid_name(name), "{name:?}");
        }
    }

    #[test]
    fn tells_names_that_can_be_files() {
        for name in ["weather", "Weather-MCP", "a.b_c", "2to3", ".a"] {
            assert!(is_valid_script_name(name), "{name}");
        }
        for name in ["", ".", "..", "a/b", r"a\b", "a b", "a:b", "天気", "a\n"] {
            assert!(!is_valid_script_name(name), "{name:?}");
        }
    }

    #[test]
    fn tells_groups() {
        for group in ["mcp.server", "console_scripts", "a", "pytest11"] {
            assert!(is_valid_group(group), "{group}");
        }
        for group in ["", "a-b", "a..b", ".a", "a.", "a b", "a\n", "a]\n[b"] {
            assert!(!is_valid_group(group), "{group:?}");
        }
    }

    #[test]
    fn renders_groups_that_hold_entries() {
        let entry = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let groups = [
            ("console_scripts".to_owned(), vec![entry("b", "p:main"), entry("a", "p:run [x]")]),
            ("gui_scripts".to_owned(), vec![]),
            ("mcp.server".to_owned(), vec![entry("p", "p.server")]),
        ];
        let text = "[console_scripts]\nb = p:main\na = p:run [x]\n\n[mcp.server]\np = p.server\n";
        assert_eq!(render(&groups), text);
        assert_eq!(render(&[]), "");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r"([a.:\[\]( ),/-]|é|class|\PC){0,16}") {
            match Reference::parse(&text) {
                Ok(reference) => {
                    let again = Reference::parse(&reference.to_string()).map(|again| again.to_string());
                    proptest::prop_assert_eq!(again, Ok(reference.to_string()));
                }
                Err(fault) => proptest::prop_assert!(text.get(fault.range).is_some()),
            }
        }
    }
}
