//! stub
use crate::{error::Error,plan::Plan,tree::SourceTree};
use std::path::Path;
pub struct Epoch;
#[derive(Debug,thiserror::Error)] #[error("x")] pub struct EpochFault;
impl Epoch { pub fn from_setting(_:Option<&str>)->Result<Self,EpochFault>{Ok(Self)} }
pub struct Writing<'a>{pub tree:&'a SourceTree,pub epoch:Epoch,pub interrupted:&'a (dyn Fn()->bool+Sync)}
pub fn wheel(_:&Plan,_:&Path,_:&Writing<'_>)->Result<(),Error>{Ok(())}
pub fn sdist(_:&Plan,_:&Path,_:&Writing<'_>)->Result<(),Error>{Ok(())}
pub fn folder(_:&Plan,_:&Path,_:&Writing<'_>)->Result<(),Error>{Ok(())}
