//! The names that a project lets its users import: `import-names` and `import-namespaces`.
//!
//! Standard: packaging.python.org, "Core metadata", `Import-Name` and `Import-Namespace` (PEP 794). Whether the names
//! are really in the wheel is another question, for those who know the wheel.

use std::collections::HashMap;

use super::identifier;

/// One entry of either list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportName {
    /// The dotted name.
    pub name: String,
    /// Whether `; private` follows: it is importable, and no part of the interface.
    pub private: bool,
}

/// Why a text is no import name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportNameFault {
    /// Not identifiers with dots between.
    #[error("`{0}` is not an importable name")]
    NotDotted(String),
    /// A part is a keyword, which `import` cannot name.
    #[error("`{0}` is a Python keyword and cannot be imported")]
    Keyword(String),
    /// Behind the `;` stands something else than `private`.
    #[error("`{0}` is not known here: only `; private` may follow a name")]
    UnknownSuffix(String),
}

/// One of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// `import-names`: what this project alone provides.
    Names,
    /// `import-namespaces`: what several projects provide together.
    Namespaces,
}

/// What is wrong in the lists, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct ListFault {
    /// In which list.
    pub list: List,
    /// The place in the list; `None` where the list itself is at fault.
    pub index: Option<usize>,
    /// What is wrong there.
    pub kind: ListFaultKind,
}

/// What is wrong with a list or an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListFaultKind {
    /// The entry is no import name.
    #[error("{0}")]
    Invalid(ImportNameFault),
    /// The same list holds the name before.
    #[error("`{0}` is listed twice")]
    Duplicate(String),
    /// Both lists hold the name: "tools MUST raise an error due to ambiguity".
    #[error("`{0}` is listed in both `import-names` and `import-namespaces`")]
    Overlap(String),
    /// Neither list holds a package that the name lies in: projects must "account for all levels".
    #[error("`{name}` is listed, but neither list holds `{parent}`")]
    MissingParent {
        /// The name listed.
        name: String,
        /// The outermost package of it that is not.
        parent: String,
    },
    /// `import-namespaces = []` says nothing; only an empty `import-names` has a meaning.
    #[error("`import-namespaces` is empty")]
    EmptyNamespaces,
}

impl ImportName {
    /// Reads `name` or `name ; private`.
    pub fn parse(text: &str) -> Result<Self, ImportNameFault> {
        let (name, suffix) = match text.split_once(';') {
            Some((name, suffix)) => (name.trim_end_matches(' '), Some(suffix.trim_matches(' '))),
            None => (text, None),
        };
        if !name.split('.').all(identifier::is_identifier) {
            return Err(ImportNameFault::NotDotted(name.to_owned()));
        }
        if let Some(keyword) = name.split('.').find(|part| identifier::is_keyword(part)) {
            return Err(ImportNameFault::Keyword(keyword.to_owned()));
        }
        match suffix {
            None | Some("private") => Ok(Self { name: name.to_owned(), private: suffix.is_some() }),
            Some(other) => Err(ImportNameFault::UnknownSuffix(other.to_owned())),
        }
    }
}

impl std::fmt::Display for ImportName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.name)?;
        formatter.write_str(if self.private { "; private" } else { "" })
    }
}

/// Finds all faults in the two lists, `import-names` first; `None` for a list that is not declared.
pub fn check<T: AsRef<str>>(names: Option<&[T]>, namespaces: Option<&[T]>) -> Vec<ListFault> {
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    for (list, texts) in [(List::Names, names), (List::Namespaces, namespaces)] {
        for (index, text) in texts.unwrap_or_default().iter().enumerate() {
            match ImportName::parse(text.as_ref()) {
                Ok(entry) => entries.push((list, index, entry.name)),
                Err(fault) => {
                    let kind = ListFaultKind::Invalid(fault);
                    faults.push(ListFault { list, index: Some(index), kind });
                }
            }
        }
    }
    if namespaces.is_some_and(<[T]>::is_empty) {
        faults.push(ListFault { list: List::Namespaces, index: None, kind: ListFaultKind::EmptyNamespaces });
    }
    // An entry that cannot be read may be the parent that seems to be missing.
    let all_read = faults.iter().all(|fault| fault.index.is_none());
    faults.extend(compare(&entries, all_read));
    faults.sort_by_key(|fault| (fault.list, fault.index));
    faults
}

fn compare(entries: &[(List, usize, String)], all_read: bool) -> Vec<ListFault> {
    let mut faults = Vec::new();
    let mut seen: HashMap<&str, List> = HashMap::new();
    for (list, index, name) in entries {
        let kind = match seen.insert(name, *list) {
            None => continue,
            Some(earlier) if earlier == *list => ListFaultKind::Duplicate(name.clone()),
            Some(_) => ListFaultKind::Overlap(name.clone()),
        };
        faults.push(ListFault { list: *list, index: Some(*index), kind });
    }
    for (list, index, name) in entries.iter().filter(|_| all_read) {
        let mut parents = name.match_indices('.').map(|(dot, _)| &name[..dot]);
        if let Some(parent) = parents.find(|parent| !seen.contains_key(parent)) {
            let kind = ListFaultKind::MissingParent { name: name.clone(), parent: parent.to_owned() };
            faults.push(ListFault { list: *list, index: Some(*index), kind });
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_their_suffix() {
        for (text, name, private) in [
            ("a", "a", false),
            ("a.b_c", "a.b_c", false),
            ("_a;private", "_a", true),
            ("_a  ;   private ", "_a", true),
            ("天気", "天気", false),
        ] {
            assert_eq!(ImportName::parse(text), Ok(ImportName { name: name.to_owned(), private }));
        }
    }

    #[test]
    fn tells_what_is_no_import_name() {
        use ImportNameFault as Fault;
        for (text, fault) in [
            ("", Fault::NotDotted(String::new())),
            ("my-pkg", Fault::NotDotted("my-pkg".to_owned())),
            (" a", Fault::NotDotted(" a".to_owned())),
            ("a.", Fault::NotDotted("a.".to_owned())),
            ("a\n", Fault::NotDotted("a\n".to_owned())),
            ("; private", Fault::NotDotted(String::new())),
            ("a.class", Fault::Keyword("class".to_owned())),
            ("a; public", Fault::UnknownSuffix("public".to_owned())),
            ("a;", Fault::UnknownSuffix(String::new())),
            ("a; private; private", Fault::UnknownSuffix("private; private".to_owned())),
            ("a; private\n", Fault::UnknownSuffix("private\n".to_owned())),
        ] {
            assert_eq!(ImportName::parse(text), Err(fault), "{text:?}");
        }
    }

    fn report(names: Option<&[&str]>, namespaces: Option<&[&str]>) -> Vec<String> {
        check(names, namespaces)
            .iter()
            .map(|fault| format!("{:?} {:?} {fault}", fault.list, fault.index))
            .collect()
    }

    #[test]
    fn lets_good_lists_pass() {
        let none = [""; 0];
        assert_eq!(report(None, None), none);
        assert_eq!(report(Some(&[]), None), none);
        assert_eq!(report(Some(&["a", "_b ; private", "a.c"]), None), none);
        assert_eq!(report(Some(&["x.y.z"]), Some(&["x", "x.y"])), none);
        assert_eq!(report(None, Some(&["x"])), none);
        assert_eq!(report(Some(&["spam"]), Some(&["spam.bacon"])), none);
    }

    #[test]
    fn finds_every_fault() {
        assert_eq!(
            report(Some(&["a", "b.c.d", "a;private", "x"]), Some(&["x; private", "y.z"])),
            [
                "Names Some(1) `b.c.d` is listed, but neither list holds `b`",
                "Names Some(2) `a` is listed twice",
                "Namespaces Some(0) `x` is listed in both `import-names` and `import-namespaces`",
                "Namespaces Some(1) `y.z` is listed, but neither list holds `y`",
            ]
        );
        assert_eq!(report(Some(&[]), Some(&[])), ["Namespaces None `import-namespaces` is empty"]);
    }

    #[test]
    fn holds_back_where_an_entry_cannot_be_read() {
        assert_eq!(
            report(Some(&["b.c", "b;x"]), None),
            ["Names Some(1) `x` is not known here: only `; private` may follow a name"]
        );
    }
}
