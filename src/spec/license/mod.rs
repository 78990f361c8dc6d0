//! Licence expressions: SPDX identifiers joined by `AND`, `OR` and `WITH`.
//!
//! [License expression](https://packaging.python.org/en/latest/specifications/license-expression/) (PEP 639):
//! identifiers in any case are accepted, "tools SHOULD ... normalize the case". The lists come from the `spdx` crate.
//! Licence files are not looked at here.

use std::ops::Range;

use spdx::identifiers::{EXCEPTIONS, LICENSES};
use thiserror::Error;

/// Parentheses nested deeper than this are refused: other readers give up at some depth as well.
const DEEPEST: usize = 100;

/// A licence expression in its one canonical spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseExpression {
    /// The expression as it stands in the metadata.
    pub canonical: String,
    /// The identifiers that SPDX has deprecated, and where they were written.
    pub deprecated: Vec<(String, Range<usize>)>,
}

/// What is wrong with a licence expression, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct LicenseExpressionFault {
    /// The place.
    pub range: Range<usize>,
    /// What is wrong there.
    pub kind: LicenseFaultKind,
}

/// What is wrong with a licence expression.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LicenseFaultKind {
    /// There is nothing.
    #[error("the licence expression is empty")]
    Empty,
    /// Here a licence should stand.
    #[error("a licence is missing")]
    MissingLicense,
    /// Two licences follow each other.
    #[error("`AND` or `OR` is missing")]
    MissingOperator,
    /// `WITH` stands after something that is not one licence, or before something that is no exception.
    #[error("`WITH` joins one licence and one exception")]
    MisplacedWith,
    /// A parenthesis has no partner.
    #[error("the parenthesis has no partner")]
    LoneParenthesis,
    /// The parentheses are nested too deep.
    #[error("the parentheses are nested too deep")]
    TooDeep,
    /// SPDX knows no such licence.
    #[error("`{name}` is no SPDX licence identifier")]
    UnknownLicense {
        /// What was written.
        name: String,
        /// What was probably meant; several where the words do not decide it.
        meant: Vec<&'static str>,
    },
    /// SPDX knows no such exception.
    #[error("`{name}` is no SPDX licence exception")]
    UnknownException {
        /// What was written.
        name: String,
        /// What was probably meant.
        meant: Vec<&'static str>,
    },
    /// A `LicenseRef-` holds other characters than letters, digits, `.` and `-`.
    #[error("`{0}` is not of the form `LicenseRef-name`, of letters, digits, `.` and `-`")]
    LicenseRef(String),
}

/// Reads an expression, whatever the case of its words.
///
/// # Errors
/// Names the first place that is wrong.
pub fn parse(text: &str) -> Result<LicenseExpression, LicenseExpressionFault> {
    let tokens = tokens(text);
    if tokens.is_empty() {
        return Err(LicenseExpressionFault { range: 0..text.len(), kind: LicenseFaultKind::Empty });
    }
    Reader::default().read(&tokens, text.len()).map_err(|fault| prose(text, &tokens).unwrap_or(fault))
}

/// The fault of a text that names a licence in prose, such as `GPL v3 or later`: word by word it would read as nonsense.
fn prose(text: &str, tokens: &[Token<'_>]) -> Option<LicenseExpressionFault> {
    let is_unknown = |token: &Token<'_>| matches!(token.kind, Kind::Word) && license(token.word).is_none();
    let meant = meant_by(text);
    if meant.is_empty() || !tokens.iter().any(is_unknown) {
        return None;
    }
    let range = tokens.first()?.start..tokens.last()?.range().end;
    Some(LicenseExpressionFault {
        kind: LicenseFaultKind::UnknownLicense { name: text[range.clone()].to_owned(), meant },
        range,
    })
}

/// All SPDX licence identifiers in canonical case, deprecated ones included.
pub fn identifiers() -> impl Iterator<Item = &'static str> {
    LICENSES.iter().map(|license| license.name).filter(|name| is_on_the_list(name))
}

/// All SPDX exceptions in canonical case.
pub fn exceptions() -> impl Iterator<Item = &'static str> {
    EXCEPTIONS.iter().map(|exception| exception.name)
}

#[derive(Clone, Copy)]
enum Kind {
    Open,
    Close,
    /// `AND` or `OR`.
    Operator(&'static str),
    With,
    Word,
}

struct Token<'a> {
    kind: Kind,
    word: &'a str,
    start: usize,
}

impl Token<'_> {
    fn range(&self) -> Range<usize> {
        self.start..self.start + self.word.len()
    }

    fn fault(&self, kind: LicenseFaultKind) -> LicenseExpressionFault {
        LicenseExpressionFault { range: self.range(), kind }
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let is_border = |char: char| char.is_whitespace() || matches!(char, '(' | ')');
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(char) = text[start..].chars().next() {
        let rest = &text[start..];
        let length = match char {
            '(' | ')' => 1,
            _ if char.is_whitespace() => {
                start += char.len_utf8();
                continue;
            }
            _ => rest.find(is_border).unwrap_or(rest.len()),
        };
        let word = &rest[..length];
        let kind = match word.to_ascii_lowercase().as_str() {
            "(" => Kind::Open,
            ")" => Kind::Close,
            "and" => Kind::Operator("AND"),
            "or" => Kind::Operator("OR"),
            "with" => Kind::With,
            _ => Kind::Word,
        };
        tokens.push(Token { kind, word, start });
        start += length;
    }
    tokens
}

/// What stands before the token that is read.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Before {
    /// The start, an operator or an opening parenthesis: a licence must follow.
    #[default]
    Opening,
    /// `WITH`: an exception must follow.
    With,
    /// One licence, which `WITH` may follow.
    License,
    /// An exception or a closing parenthesis.
    Closed,
}

/// Reads tokens from left to right; a stack of open parentheses is all that nesting needs.
#[derive(Default)]
struct Reader {
    canonical: String,
    deprecated: Vec<(String, Range<usize>)>,
    open: Vec<Range<usize>>,
    before: Before,
}

impl Reader {
    fn read(mut self, tokens: &[Token<'_>], end: usize) -> Result<LicenseExpression, LicenseExpressionFault> {
        for (index, token) in tokens.iter().enumerate() {
            self.before = self.take(token, &tokens[index..])?;
        }
        match self.before {
            Before::Opening => {
                Err(LicenseExpressionFault { range: end..end, kind: LicenseFaultKind::MissingLicense })
            }
            Before::With => {
                Err(LicenseExpressionFault { range: end..end, kind: LicenseFaultKind::MisplacedWith })
            }
            Before::License | Before::Closed => match self.open.pop() {
                Some(range) => Err(LicenseExpressionFault { range, kind: LicenseFaultKind::LoneParenthesis }),
                None => Ok(LicenseExpression { canonical: self.canonical, deprecated: self.deprecated }),
            },
        }
    }

    fn take(&mut self, token: &Token<'_>, rest: &[Token<'_>]) -> Result<Before, LicenseExpressionFault> {
        let ended = matches!(self.before, Before::License | Before::Closed);
        match token.kind {
            Kind::Word if self.before == Before::With => self.exception(token),
            Kind::Word if self.before == Before::Opening => self.license(token, rest),
            Kind::Open if self.before == Before::Opening => {
                if self.open.len() == DEEPEST {
                    return Err(token.fault(LicenseFaultKind::TooDeep));
                }
                self.open.push(token.range());
                self.canonical.push('(');
                Ok(Before::Opening)
            }
            Kind::Word | Kind::Open if ended => Err(token.fault(LicenseFaultKind::MissingOperator)),
            Kind::Close if ended => {
                self.open.pop().ok_or_else(|| token.fault(LicenseFaultKind::LoneParenthesis))?;
                self.canonical.push(')');
                Ok(Before::Closed)
            }
            Kind::Operator(operator) if ended => {
                self.canonical.extend([" ", operator, " "]);
                Ok(Before::Opening)
            }
            Kind::With if self.before == Before::License => {
                self.canonical.push_str(" WITH ");
                Ok(Before::With)
            }
            _ if self.before == Before::With => Err(token.fault(LicenseFaultKind::MisplacedWith)),
            Kind::With if ended => Err(token.fault(LicenseFaultKind::MisplacedWith)),
            _ => Err(token.fault(LicenseFaultKind::MissingLicense)),
        }
    }

    fn license(&mut self, token: &Token<'_>, rest: &[Token<'_>]) -> Result<Before, LicenseExpressionFault> {
        if let Some(name) = strip_prefix(token.word, "LicenseRef-") {
            if name.is_empty()
                || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
            {
                return Err(token.fault(LicenseFaultKind::LicenseRef(token.word.to_owned())));
            }
            self.canonical.extend(["LicenseRef-", name]);
            return Ok(Before::License);
        }
        let (word, plus) = token.word.strip_suffix('+').map_or((token.word, ""), |word| (word, "+"));
        let Some(found) = license(word) else {
            return Err(unknown_license(token, rest));
        };
        if found.flags & spdx::flags::IS_DEPRECATED != 0 {
            self.deprecated.push((found.name.to_owned(), token.range()));
        }
        self.canonical.extend([found.name, plus]);
        Ok(Before::License)
    }

    fn exception(&mut self, token: &Token<'_>) -> Result<Before, LicenseExpressionFault> {
        let Some(found) = EXCEPTIONS.iter().find(|known| known.name.eq_ignore_ascii_case(token.word)) else {
            let squashed = squashed(token.word);
            let meant = exceptions().filter(|name| self::squashed(name) == squashed).collect();
            return Err(
                token.fault(LicenseFaultKind::UnknownException { name: token.word.to_owned(), meant })
            );
        };
        if found.flags & spdx::flags::IS_DEPRECATED != 0 {
            self.deprecated.push((found.name.to_owned(), token.range()));
        }
        self.canonical.push_str(found.name);
        Ok(Before::Closed)
    }
}

/// The fault of an unknown licence: all words up to the next operator are one name, as in `Apache 2.0`.
fn unknown_license(first: &Token<'_>, rest: &[Token<'_>]) -> LicenseExpressionFault {
    let words = || rest.iter().take_while(|token| matches!(token.kind, Kind::Word));
    let name = words().map(|token| token.word).collect::<Vec<_>>().join(" ");
    let end = words().last().map_or(first.range().end, |last| last.range().end);
    let meant = meant_by(&name);
    LicenseExpressionFault { range: first.start..end, kind: LicenseFaultKind::UnknownLicense { name, meant } }
}

fn license(word: &str) -> Option<&'static spdx::License> {
    LICENSES.iter().find(|known| known.name.eq_ignore_ascii_case(word) && is_on_the_list(known.name))
}

/// The crate's table also holds words that SPDX has outside its list of licences.
fn is_on_the_list(name: &str) -> bool {
    name != "NOASSERTION" && !(name.starts_with("GFDL-") && name.ends_with("-invariants"))
}

fn strip_prefix<'a>(word: &'a str, prefix: &str) -> Option<&'a str> {
    let head = word.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &word[prefix.len()..])
}

/// The licences that people call so in prose, or whose identifier differs in signs alone.
fn meant_by(name: &str) -> Vec<&'static str> {
    let name = squashed(name);
    match BY_NAME.iter().find(|(names, _)| names.contains(&name.as_str())) {
        Some((_, meant)) => meant.to_vec(),
        None => identifiers().filter(|known| squashed(known) == name).collect(),
    }
}

/// Letters and digits alone, in lower case, without the words that mean "licence".
fn squashed(name: &str) -> String {
    let mut words = Vec::new();
    for word in name.split(|char: char| !char.is_ascii_alphanumeric()) {
        let word = word.to_ascii_lowercase();
        if !["the", "license", "licence", "licensed", "version", "software"].contains(&word.as_str()) {
            words.push(word);
        }
    }
    words.concat()
}

/// Squashed names, and the identifiers that they may stand for.
const BY_NAME: &[(&[&str], &[&str])] = &[
    (&["apache", "apache2", "apache20", "apachev2", "apachev20", "asl2", "asl20", "al2"], &["Apache-2.0"]),
    (&["mitmit", "mitx11", "expat", "mitexpat"], &["MIT"]),
    (&["bsd", "bsd3", "newbsd", "bsdnew", "modifiedbsd", "3clausebsd", "bsdlike"], &["BSD-3-Clause"]),
    (&["bsd2", "simplifiedbsd", "freebsd", "2clausebsd"], &["BSD-2-Clause"]),
    (
        &["gpl", "gnu", "gnugpl", "gpl3", "gplv3", "gnugplv3", "gnugpl3", "gplv30", "gnugeneralpublicv3"],
        &["GPL-3.0-only", "GPL-3.0-or-later"],
    ),
    (&["gpl2", "gplv2", "gnugplv2", "gnugpl2", "gplv20"], &["GPL-2.0-only", "GPL-2.0-or-later"]),
    (&["gpl3orlater", "gplv3orlater", "gnugplv3orlater", "gpl3plus", "gplv3plus"], &["GPL-3.0-or-later"]),
    (&["gpl2orlater", "gplv2orlater", "gnugplv2orlater", "gpl2plus", "gplv2plus"], &["GPL-2.0-or-later"]),
    (&["lgpl", "lgpl3", "lgplv3", "gnulgplv3", "gnulgpl"], &["LGPL-3.0-only", "LGPL-3.0-or-later"]),
    (&["lgpl3orlater", "lgplv3orlater"], &["LGPL-3.0-or-later"]),
    (&["lgplv21", "lgplv2"], &["LGPL-2.1-only", "LGPL-2.1-or-later"]),
    (&["agpl", "agpl3", "agplv3", "gnuagplv3", "gnuagpl"], &["AGPL-3.0-only", "AGPL-3.0-or-later"]),
    (&["agpl3orlater", "agplv3orlater"], &["AGPL-3.0-or-later"]),
    (&["mpl", "mpl2", "mplv2", "mozillapublic20", "mozillapublic2"], &["MPL-2.0"]),
    (&["epl", "epl2", "eclipsepublic20"], &["EPL-2.0"]),
    (&["psf", "psfl", "psf2", "pythonfoundation"], &["PSF-2.0"]),
    (&["cc0", "cc0v1"], &["CC0-1.0"]),
    (&["ccby", "ccby4"], &["CC-BY-4.0"]),
    (&["boost", "boost10", "bsl"], &["BSL-1.0"]),
    (&["busl", "businesssource", "bsl11"], &["BUSL-1.1"]),
    (&["elastic", "elastic2", "elv2"], &["Elastic-2.0"]),
    (&["publicdomain"], &["LicenseRef-Public-Domain"]),
    (
        &["proprietary", "otherproprietary", "commercial", "unlicensed", "closedsource", "allrightsreserved"],
        &["LicenseRef-Proprietary"],
    ),
];

#[cfg(test)]
mod tests;
