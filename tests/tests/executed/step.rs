//! Pieces of programs. In their texts `$v` is the value, `$n` the name of the next one, `$T` the type of
//! the value, `$d` and `$D` another handle with its type, `$s` a handle of the same type, `$e` and `$L`
//! the handle itself and its type, `$k` a name that nothing else has, `$i` that of the layer.

/// Something that passes a value on.
pub(crate) struct Carry {
    pub(crate) name: &'static str,
    /// Items beside the function.
    pub(crate) items: &'static str,
    pub(crate) code: &'static str,
    /// `static`: a type that lives as long as the program; `bare`: a handle.
    pub(crate) needs: &'static str,
}

/// Without items of its own.
pub(crate) const fn plain(name: &'static str, code: &'static str) -> Carry {
    with(name, "", code)
}

pub(crate) const fn with(name: &'static str, items: &'static str, code: &'static str) -> Carry {
    let needs = "";
    Carry {
        name,
        items,
        code,
        needs,
    }
}

/// Where the type of the value is written in an item, or has to live as long as the program.
pub(crate) const fn lasting(name: &'static str, items: &'static str, code: &'static str) -> Carry {
    let needs = "static";
    Carry {
        name,
        items,
        code,
        needs,
    }
}

/// Only for a handle itself.
pub(crate) const fn bare(name: &'static str, items: &'static str, code: &'static str) -> Carry {
    let needs = "bare";
    Carry {
        name,
        items,
        code,
        needs,
    }
}

/// Something that a value can be in.
pub(crate) struct Wrap {
    pub(crate) name: &'static str,
    pub(crate) items: &'static str,
    /// One of them puts it in.
    pub(crate) makes: &'static [&'static str],
    /// The type around it.
    pub(crate) ty: &'static str,
    /// One of them takes it out.
    pub(crate) takes: &'static [&'static str],
    pub(crate) needs: &'static str,
}
