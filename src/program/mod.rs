//! stub
use std::sync::Arc;
use crate::{error::Error, layout::Modules, text::*, tree::SourceTree};
#[derive(Debug)] pub struct Program;
pub struct Lit { pub text: String }
impl Program { pub fn sources(&self) -> std::vec::IntoIter<Arc<SourceText>> { vec![].into_iter() }
 pub fn literal_version(&self, _m:&str, _n:&str)->Option<Lit>{None} }
pub fn read(_m:&Modules,_r:&[&str],_t:&SourceTree)->Result<Program,Error>{Ok(Program)}
