//! The fixture `ways` as a program.

#![allow(
    warnings,
    reason = "fixtures show what the analysis sees, also what nobody would write"
)]

/// A crate that the analysis does not read.
mod some_crate {
    pub fn client() -> aws_sdk_dynamodb::Client {
        let config = aws_sdk_dynamodb::Config::builder();
        aws_sdk_dynamodb::Client::from_conf(config.behavior_version_latest().build())
    }
}

/// As much of the crate as the fixture uses. Its macro is another one that leaves the item as it is;
/// what the real one makes of it stands below.
mod async_graphql {
    use std::any::{Any, TypeId};
    use std::collections::HashMap;

    use futures::future::BoxFuture;
    pub use rustversion::stable as Object;

    pub type Data = HashMap<TypeId, Box<dyn Any + Send + Sync>>;

    pub struct EmptyMutation;
    pub struct EmptySubscription;

    pub struct Context<'a>(&'a Data);

    impl Context<'_> {
        pub fn data<T: Any + Send + Sync>(&self) -> Option<&T> {
            self.0.get(&TypeId::of::<T>())?.downcast_ref()
        }
    }

    pub trait ObjectType: Send + Sync {
        fn resolve<'a>(
            &'a self,
            field: &'a str,
            ctx: &'a Context<'a>,
        ) -> BoxFuture<'a, Vec<String>>;
    }

    pub struct Schema {
        query: Box<dyn ObjectType>,
        data: Data,
    }

    impl Schema {
        pub fn build<Q: ObjectType + 'static, M, S>(
            query: Q,
            _mutation: M,
            _subscription: S,
        ) -> Self {
            Schema {
                query: Box::new(query),
                data: Data::new(),
            }
        }

        pub fn data<T: Any + Send + Sync>(mut self, value: T) -> Self {
            self.data.insert(TypeId::of::<T>(), Box::new(value));
            self
        }

        pub fn finish(self) -> Self {
            self
        }
    }
}

impl async_graphql::ObjectType for Query {
    fn resolve<'a>(
        &'a self,
        field: &'a str,
        ctx: &'a async_graphql::Context<'a>,
    ) -> BoxFuture<'a, Vec<String>> {
        Box::pin(async move {
            match field {
                "files" => self.files(ctx).await,
                _ => Vec::new(),
            }
        })
    }
}

/// The library of the workspace.
mod store {
    include!(concat!(env!("OUT_DIR"), "/ways/store/src/lib.rs"));
}

include!(concat!(env!("OUT_DIR"), "/ways/src/main.rs"));
