"""The generator: contract/*.yaml → openapi.yaml → frozen IR → templates → every `_generated` folder."""
