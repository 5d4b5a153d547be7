use ifc_runtime::prelude::*;

struct Cache<T>(std::marker::PhantomData<fn() -> T>);

impl<T> Cache<T> {
    const fn new() -> Self {
        Cache(std::marker::PhantomData)
    }
}

#[resource]
static ORDERS: Cache<u32> = Cache::new();

fn main() {}
