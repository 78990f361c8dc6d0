//! Python's identifiers, keywords and dotted paths.
//!
//! Standard: the Python language reference, "Names" (PEP 3131). Python folds an identifier in *source* to NFKC, and
//! looks up the name in a *string* (`getattr`, `import_module`, a file name) as it stands: `def ﬁt()` binds `fit`,
//! and no string but `fit` finds it. So a valid identifier that is not NFKC may still name nothing. That question
//! needs the other side of the comparison, and is not asked here.

/// Whether `text` is what `str.isidentifier` calls an identifier; keywords are identifiers too.
pub fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first == '_' || unicode_ident::is_xid_start(first))
        && characters.all(unicode_ident::is_xid_continue)
}

/// Whether `text` is a keyword in every Python from 3.10 to 3.15, and so can be no name.
///
/// The soft keywords (`match`, `case`, `type`, `lazy`, `_`) are good names.
pub fn is_keyword(text: &str) -> bool {
    KEYWORDS.binary_search(&text).is_ok()
}

/// Whether `text` is one or more identifiers, none a keyword, with dots between: what `import` can name.
pub fn is_dotted_path(text: &str) -> bool {
    text.split('.').all(|part| is_identifier(part) && !is_keyword(part))
}

/// `keyword.kwlist`, in the order of bytes.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_identifiers_from_other_words() {
        for name in ["a", "_", "_1", "naïve", "天気", "ﬁt", "class", "__init__", "a\u{301}"] {
            assert!(is_identifier(name), "{name}");
        }
        for word in ["", "1a", "a-b", "a.b", "a b", " a", "a\n", "€", "\u{301}a"] {
            assert!(!is_identifier(word), "{word:?}");
        }
    }

    #[test]
    fn knows_hard_keywords_only() {
        assert!(KEYWORDS.is_sorted());
        for word in KEYWORDS {
            assert!(is_keyword(word), "{word}");
        }
        for word in ["match", "case", "type", "lazy", "_", "print", "exec", "true", "__debug__", ""] {
            assert!(!is_keyword(word), "{word}");
        }
    }

    #[test]
    fn tells_dotted_paths() {
        for path in ["a", "a.b", "_a.b1.天気", "match.case"] {
            assert!(is_dotted_path(path), "{path}");
        }
        for path in ["", ".", "a.", ".a", "a..b", "a.class", "a-b", "a. b", "a.1"] {
            assert!(!is_dotted_path(path), "{path:?}");
        }
    }
}
