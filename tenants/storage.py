from django_tenants.files.storage import TenantFileSystemStorage


class CityStorage(TenantFileSystemStorage):
    """Uploaded files, in a folder of their own for every city: MEDIA_ROOT/<schema>/…"""
