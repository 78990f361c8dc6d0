//! stub
use crate::diagnostic::*;
#[derive(Clone,Copy,PartialEq,Debug)] pub enum Format{Full,Concise,Json,Github,Sarif}
impl Format{ pub const NAMES:[&'static str;5]=["full","concise","json","github","sarif"]; }
impl std::str::FromStr for Format{type Err=();fn from_str(s:&str)->Result<Self,()>{Ok(match s{"full"=>Self::Full,"concise"=>Self::Concise,"json"=>Self::Json,"github"=>Self::Github,"sarif"=>Self::Sarif,_=>return Err(())})}}
#[derive(Clone,Copy,Debug)] pub struct Look{pub color:bool,pub unicode:bool,pub width:Option<usize>}
pub fn render(r:&Report,f:Format,_:Look)->String{ if f==Format::Json {return "{\"findings\":[]}".into()}
 r.diagnostics().iter().map(|d|{let (s,_)=r.positions(&d.primary.path,d.primary.span);format!("{}:{}:{}: {}[{}] {}\n  help: {}\n",d.primary.path,s.line,s.column,d.level.as_str(),d.card.code,d.message,d.help.clone().unwrap_or_default())}).collect()}
