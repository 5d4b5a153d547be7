//! Conditions that are known before the program runs: `false`, `cfg!(..)` and what is made of them.

use syn::{BinOp, Expr, ExprBinary, ExprIf, Lit, UnOp};

use super::file::Lower;
use crate::hir::{ExprId, ExprKind, Stmt};

impl Lower<'_> {
    /// A branch of which only one side can run, which is then all there is.
    pub(super) fn decided_branch(&mut self, branch: &ExprIf) -> Option<ExprId> {
        let holds = self.decided(&branch.cond)?;
        let condition = self.expr(&branch.cond);
        let tail = match holds {
            true => Some(self.block(&branch.then_branch)),
            false => branch.else_branch.as_ref().map(|(_, expr)| self.expr(expr)),
        };
        let span = self.span_from(branch.if_token.span, tail.unwrap_or(condition));
        let stmts = vec![Stmt::Expr(condition)];
        let kind = ExprKind::Block {
            stmts,
            tail,
            module: None,
        };
        Some(self.push(kind, span))
    }

    fn decided(&self, condition: &Expr) -> Option<bool> {
        match condition {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Bool(holds) => Some(holds.value),
                _ => None,
            },
            Expr::Paren(inner) => self.decided(&inner.expr),
            Expr::Group(inner) => self.decided(&inner.expr),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
                self.decided(&unary.expr).map(|holds| !holds)
            }
            Expr::Binary(binary) => self.decided_by_both(binary),
            Expr::Macro(invocation) if invocation.mac.path.is_ident("cfg") => {
                let cfg = self.context.cfg;
                let predicate = &invocation.mac.tokens;
                let holds = cfg.holds(predicate);
                // Functions may run on either architecture.
                if cfg.other_architecture().holds(predicate) != holds {
                    return None;
                }
                // What a build script may set decides nothing.
                let other = match holds {
                    true => cfg.undecided_by(&quote::quote!(not(#predicate))),
                    false => cfg.undecided_by(predicate),
                };
                other.is_none().then_some(holds)
            }
            _ => None,
        }
    }

    fn decided_by_both(&self, binary: &ExprBinary) -> Option<bool> {
        let decisive = match binary.op {
            BinOp::And(_) => false,
            BinOp::Or(_) => true,
            _ => return None,
        };
        let sides = [&binary.left, &binary.right].map(|side| self.decided(side));
        if sides.contains(&Some(decisive)) {
            return Some(decisive);
        }
        (!sides.contains(&None)).then_some(!decisive)
    }
}
