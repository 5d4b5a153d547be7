//! From the text of an expression to its tree.

use super::Names;
use super::condition::{Comparison, Condition, Operand};
use super::lexer::{Token, tokens};
use super::path::{Path, Step};
use super::reserved::is_reserved;
use super::update::{Term, Update};
use crate::error::ApiError;
use crate::table::value::Attribute;

/// Nesting that DynamoDB allows at most, by its limit of 300 operators.
const DEPTH: u32 = 300;

pub(super) struct Parser<'e, 'r> {
    kind: &'e str,
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
    names: &'e mut Names<'r>,
}

impl<'e, 'r> Parser<'e, 'r> {
    pub(super) fn new(
        kind: &'e str,
        text: &str,
        names: &'e mut Names<'r>,
    ) -> Result<Parser<'e, 'r>, ApiError> {
        if text.trim().is_empty() {
            return Err(ApiError::validation(format!(
                "Invalid {kind}: The expression can not be empty;"
            )));
        }
        Ok(Parser {
            kind,
            tokens: tokens(kind, text)?,
            at: 0,
            depth: 0,
            names,
        })
    }

    pub(super) fn whole_condition(mut self) -> Result<Condition, ApiError> {
        let condition = self.or()?;
        self.end()?;
        Ok(condition)
    }

    pub(super) fn whole_projection(mut self) -> Result<Vec<Path>, ApiError> {
        let mut paths = vec![self.path()?];
        while self.takes(",") {
            paths.push(self.path()?);
        }
        self.end()?;
        for (at, path) in paths.iter().enumerate() {
            if paths[..at].iter().any(|other| other.overlaps(path)) {
                return Err(self.invalid("Two document paths overlap with each other"));
            }
        }
        Ok(paths)
    }

    pub(super) fn whole_update(mut self) -> Result<Update, ApiError> {
        let mut update = Update::default();
        let mut seen = Vec::new();
        while let Some(Token::Word(word)) = self.tokens.get(self.at) {
            let clause = word.to_ascii_uppercase();
            if seen.contains(&clause) {
                let text = format!(
                    "The \"{clause}\" section can only be used once in an update expression"
                );
                return Err(self.invalid(&text));
            }
            self.at += 1;
            loop {
                match clause.as_str() {
                    "SET" => {
                        let path = self.path()?;
                        self.expect("=")?;
                        let term = self.term()?;
                        update.set.push((path, term));
                    }
                    "REMOVE" => update.remove.push(self.path()?),
                    "ADD" => {
                        let path = self.path()?;
                        update.add.push((path, self.value()?));
                    }
                    "DELETE" => {
                        let path = self.path()?;
                        update.delete.push((path, self.value()?));
                    }
                    _ => return Err(self.syntax(self.at - 1)),
                }
                if !self.takes(",") {
                    break;
                }
            }
            seen.push(clause);
        }
        self.end()?;
        let paths: Vec<&Path> = update.paths().collect();
        for (at, path) in paths.iter().enumerate() {
            if paths[..at].iter().any(|other| other.overlaps(path)) {
                return Err(self.invalid("Two document paths overlap with each other"));
            }
        }
        Ok(update)
    }

    fn invalid(&self, what: &str) -> ApiError {
        ApiError::validation(format!("Invalid {}: {what}", self.kind))
    }

    fn syntax(&self, at: usize) -> ApiError {
        let token = match self.tokens.get(at) {
            Some(Token::Word(text) | Token::Name(text) | Token::Value(text)) => text.clone(),
            Some(Token::Index(index)) => index.to_string(),
            Some(Token::Sign(sign)) => (*sign).to_owned(),
            None => "<EOF>".to_owned(),
        };
        self.invalid(&format!("Syntax error; token: \"{token}\""))
    }

    fn end(&self) -> Result<(), ApiError> {
        match self.at == self.tokens.len() {
            true => Ok(()),
            false => Err(self.syntax(self.at)),
        }
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Sign(found)) if *found == sign);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, sign: &str) -> Result<(), ApiError> {
        match self.takes(sign) {
            true => Ok(()),
            false => Err(self.syntax(self.at)),
        }
    }

    /// A keyword, in any case.
    fn keyword(&mut self, word: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word));
        self.at += usize::from(is);
        is
    }

    fn or(&mut self) -> Result<Condition, ApiError> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.invalid("The expression has too many operators"));
        }
        let mut left = self.and()?;
        while self.keyword("OR") {
            left = Condition::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Result<Condition, ApiError> {
        let mut left = self.not()?;
        while self.keyword("AND") {
            left = Condition::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Condition, ApiError> {
        let mut negated = false;
        while self.keyword("NOT") {
            negated = !negated;
        }
        let inner = self.primary()?;
        Ok(match negated {
            true => Condition::Not(Box::new(inner)),
            false => inner,
        })
    }

    fn primary(&mut self) -> Result<Condition, ApiError> {
        if self.takes("(") {
            let inner = self.or()?;
            self.expect(")")?;
            return Ok(inner);
        }
        if let Some(function) = self.function() {
            return self.call(&function);
        }
        let left = self.operand()?;
        if self.keyword("BETWEEN") {
            let low = self.operand()?;
            if !self.keyword("AND") {
                return Err(self.syntax(self.at));
            }
            return Ok(Condition::Between(left, low, self.operand()?));
        }
        if self.keyword("IN") {
            self.expect("(")?;
            let mut list = vec![self.operand()?];
            while self.takes(",") {
                list.push(self.operand()?);
            }
            self.expect(")")?;
            if list.len() > 100 {
                return Err(self.invalid("The IN operator takes at most 100 operands"));
            }
            return Ok(Condition::In(left, list));
        }
        for (sign, comparison) in [
            ("=", Comparison::Equal),
            ("<>", Comparison::NotEqual),
            ("<=", Comparison::AtMost),
            (">=", Comparison::AtLeast),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ] {
            if self.takes(sign) {
                return Ok(Condition::Compare(left, comparison, self.operand()?));
            }
        }
        Err(self.syntax(self.at))
    }

    /// The name of a function that yields a condition, if one begins here.
    fn function(&mut self) -> Option<String> {
        let (Some(Token::Word(word)), Some(Token::Sign("("))) =
            (self.tokens.get(self.at), self.tokens.get(self.at + 1))
        else {
            return None;
        };
        if word == "size" {
            return None;
        }
        let word = word.clone();
        self.at += 2;
        Some(word)
    }

    fn call(&mut self, function: &str) -> Result<Condition, ApiError> {
        let condition = match function {
            "attribute_exists" => Condition::Exists(self.path()?),
            "attribute_not_exists" => Condition::NotExists(self.path()?),
            "attribute_type" => {
                let path = self.path()?;
                self.expect(",")?;
                Condition::HasType(path, self.operand()?)
            }
            "begins_with" => {
                let value = self.operand()?;
                self.expect(",")?;
                Condition::BeginsWith(value, self.operand()?)
            }
            "contains" => {
                let value = self.operand()?;
                self.expect(",")?;
                Condition::Contains(value, self.operand()?)
            }
            other => {
                return Err(self.invalid(&format!("Invalid function name; function: {other}")));
            }
        };
        self.expect(")")?;
        Ok(condition)
    }

    fn operand(&mut self) -> Result<Operand, ApiError> {
        match (self.tokens.get(self.at), self.tokens.get(self.at + 1)) {
            (Some(Token::Value(_)), _) => Ok(Operand::Value(self.value()?)),
            (Some(Token::Word(word)), Some(Token::Sign("("))) if word == "size" => {
                self.at += 2;
                let path = self.path()?;
                self.expect(")")?;
                Ok(Operand::Size(path))
            }
            _ => Ok(Operand::Path(self.path()?)),
        }
    }

    fn value(&mut self) -> Result<Attribute, ApiError> {
        match self.tokens.get(self.at).cloned() {
            Some(Token::Value(alias)) => {
                self.at += 1;
                self.names.value(self.kind, &alias)
            }
            _ => Err(self.syntax(self.at)),
        }
    }

    fn name(&mut self) -> Result<String, ApiError> {
        match self.tokens.get(self.at).cloned() {
            Some(Token::Name(alias)) => {
                self.at += 1;
                self.names.name(self.kind, &alias)
            }
            Some(Token::Word(word)) => {
                if is_reserved(&word) {
                    return Err(self.invalid(&format!(
                        "Attribute name is a reserved keyword; reserved keyword: {word}"
                    )));
                }
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.syntax(self.at)),
        }
    }

    fn path(&mut self) -> Result<Path, ApiError> {
        let root = self.name()?;
        let mut steps = Vec::new();
        loop {
            if self.takes(".") {
                steps.push(Step::Key(self.name()?));
            } else if self.takes("[") {
                let Some(Token::Index(index)) = self.tokens.get(self.at) else {
                    return Err(self.syntax(self.at));
                };
                steps.push(Step::Index(*index));
                self.at += 1;
                self.expect("]")?;
            } else {
                return Ok(Path { root, steps });
            }
        }
    }

    fn term(&mut self) -> Result<Term, ApiError> {
        let left = self.simple_term()?;
        if self.takes("+") {
            return Ok(Term::Plus(Box::new(left), Box::new(self.simple_term()?)));
        }
        if self.takes("-") {
            return Ok(Term::Minus(Box::new(left), Box::new(self.simple_term()?)));
        }
        Ok(left)
    }

    fn simple_term(&mut self) -> Result<Term, ApiError> {
        if self.takes("(") {
            let inner = self.term()?;
            self.expect(")")?;
            return Ok(inner);
        }
        if let Some(Token::Value(_)) = self.tokens.get(self.at) {
            return Ok(Term::Value(self.value()?));
        }
        match self.function().as_deref() {
            Some("if_not_exists") => {
                let path = self.path()?;
                self.expect(",")?;
                let other = self.simple_term()?;
                self.expect(")")?;
                Ok(Term::IfNotExists(path, Box::new(other)))
            }
            Some("list_append") => {
                let first = self.simple_term()?;
                self.expect(",")?;
                let second = self.simple_term()?;
                self.expect(")")?;
                Ok(Term::ListAppend(Box::new(first), Box::new(second)))
            }
            Some(other) => Err(self.invalid(&format!("Invalid function name; function: {other}"))),
            None => Ok(Term::Path(self.path()?)),
        }
    }
}
