"""Storage of static files: compressed, and under names that change with their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedModulesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Also rewrites the imports of JavaScript modules, so that a module never loads an outdated one."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 10
    """Each pass settles the names of one more module in a chain of imports."""
