//! The content type of a readme.
//!
//! [`readme` in pyproject.toml](https://packaging.python.org/en/latest/specifications/pyproject-toml/#readme),
//! [`Description-Content-Type`](https://packaging.python.org/en/latest/specifications/core-metadata/#description-content-type).
//! The readme itself is not looked at here.

use thiserror::Error;

/// Why a text is no content type that a readme may have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ContentTypeFault {
    /// It has not the form `type/subtype; parameter=value`.
    #[error("`{0}` is not of the form `type/subtype; parameter=value`")]
    Malformed(String),
    /// The type itself is none of the three.
    #[error("`{0}` is none of `text/markdown`, `text/x-rst` and `text/plain`")]
    UnknownType(String),
    /// The parameter means nothing for this type.
    #[error("`{content_type}` has no parameter `{parameter}`")]
    UnknownParameter {
        /// The type without its parameters.
        content_type: String,
        /// The parameter's name.
        parameter: String,
    },
    /// The parameter is given twice.
    #[error("the parameter `{0}` is given twice")]
    RepeatedParameter(String),
    /// The charset is not UTF-8.
    #[error("the charset is `{0}`, and only `UTF-8` is allowed")]
    Charset(String),
    /// The dialect of Markdown is none of the two.
    #[error("the variant `{0}` is none of `GFM` and `CommonMark`")]
    Variant(String),
}

/// The content type that a readme's suffix tells, in whichever case it is written; none for other suffixes.
pub fn content_type_of(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let (stem, suffix) = name.rsplit_once('.')?;
    match suffix.to_ascii_lowercase().as_str() {
        _ if stem.is_empty() => None,
        "md" => Some("text/markdown"),
        "rst" => Some("text/x-rst"),
        "txt" => Some("text/plain"),
        _ => None,
    }
}

/// Checks a content type as written; when it passes it may stand in the metadata verbatim.
///
/// # Errors
/// "If the content type is not supported, tools MUST raise an error"; says what is not supported.
pub fn check_content_type(text: &str) -> Result<(), ContentTypeFault> {
    let malformed = || ContentTypeFault::Malformed(text.to_owned());
    let mut parts = text.trim().split(';').map(str::trim);
    let content_type = parts.next().unwrap_or_default().to_ascii_lowercase();
    if !content_type.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype)) {
        return Err(malformed());
    }
    if !["text/markdown", "text/x-rst", "text/plain"].contains(&content_type.as_str()) {
        return Err(ContentTypeFault::UnknownType(content_type));
    }
    let mut parts: Vec<_> = parts.collect();
    // A semicolon at the end opens a parameter that never comes; every reader passes over it.
    parts.pop_if(|last| last.is_empty());
    let mut seen: Vec<String> = Vec::new();
    for part in parts {
        let (parameter, value) = parameter(part).ok_or_else(malformed)?;
        if seen.contains(&parameter) {
            return Err(ContentTypeFault::RepeatedParameter(parameter));
        }
        match parameter.as_str() {
            "charset" if !value.eq_ignore_ascii_case("utf-8") => {
                return Err(ContentTypeFault::Charset(value.to_owned()));
            }
            "variant" if content_type == "text/markdown" && !["GFM", "CommonMark"].contains(&value) => {
                return Err(ContentTypeFault::Variant(value.to_owned()));
            }
            "charset" => {}
            "variant" if content_type == "text/markdown" => {}
            _ => return Err(ContentTypeFault::UnknownParameter { content_type, parameter }),
        }
        seen.push(parameter);
    }
    Ok(())
}

/// The lower-case name and the value of `name=value`, where the value may be quoted.
fn parameter(part: &str) -> Option<(String, &str)> {
    let (name, value) = part.split_once('=')?;
    let (name, value) = (name.trim_end(), value.trim_start());
    let value = value.strip_prefix('"').map_or(Some(value), |open| open.strip_suffix('"'))?;
    (is_token(name) && is_token(value)).then(|| (name.to_ascii_lowercase(), value))
}

/// Whether `text` is a token of RFC 2045, restricted to what names of types and parameters use.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn suffix_tells_the_type() {
        for (path, content_type) in [
            ("README.md", Some("text/markdown")),
            ("README.MD", Some("text/markdown")),
            ("docs/readme.Rst", Some("text/x-rst")),
            ("README.txt", Some("text/plain")),
            ("README", None),
            ("README.foo", None),
            ("a.md/README", None),
            (".md", None),
            ("README.markdown", None),
        ] {
            assert_eq!(content_type_of(path), content_type, "{path}");
        }
    }

    #[test]
    fn accepts_what_the_standard_lists() {
        for text in [
            "text/markdown",
            "Text/Markdown",
            " text/x-rst",
            "text/plain; charset=UTF-8",
            "text/markdown; charset=UTF-8; variant=GFM",
            "text/markdown;CHARSET=utf-8;Variant=CommonMark",
            "text/markdown ; charset = \"UTF-8\"",
            "text/markdown;",
        ] {
            assert_eq!(check_content_type(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        use ContentTypeFault::{
            Charset, Malformed, RepeatedParameter, UnknownParameter, UnknownType, Variant,
        };
        let unknown = |content_type: &str, parameter: &str| UnknownParameter {
            content_type: content_type.to_owned(),
            parameter: parameter.to_owned(),
        };
        let malformed = |text: &str| (text.to_owned(), Malformed(text.to_owned()));
        let cases = [
            ("text/html".to_owned(), UnknownType("text/html".to_owned())),
            ("text/markdown; charset=latin-1".to_owned(), Charset("latin-1".to_owned())),
            ("text/markdown; charset=utf8".to_owned(), Charset("utf8".to_owned())),
            ("text/markdown; variant=gfm".to_owned(), Variant("gfm".to_owned())),
            ("text/x-rst; variant=GFM".to_owned(), unknown("text/x-rst", "variant")),
            ("text/plain; format=flowed".to_owned(), unknown("text/plain", "format")),
            (
                "text/markdown; charset=UTF-8; Charset=UTF-8".to_owned(),
                RepeatedParameter("charset".to_owned()),
            ),
            malformed(""),
            malformed("markdown"),
            malformed("text/ markdown"),
            malformed("text/markdown charset=UTF-8"),
            malformed("text/markdown, x"),
            malformed("text/markdown; charset"),
            malformed("text/markdown; charset="),
            malformed("text/markdown; charset=\"UTF-8"),
            malformed("text/markdown; charset=\""),
            malformed("text/markdown;;charset=UTF-8"),
            malformed("text/markdown; charset*=utf-8''UTF-8"),
            malformed("text/markdown\r\nX: y"),
        ];
        for (text, fault) in cases {
            assert_eq!(check_content_type(&text), Err(fault), "{text}");
        }
    }

    proptest! {
        #[test]
        fn survives_any_text(text in "(text/markdown)?(\\PC|[;=\"\n])*") {
            let _ = check_content_type(&text);
            let _ = content_type_of(&text);
        }
    }
}
