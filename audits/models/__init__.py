from audits.models.engagement import Engagement

__all__ = ["Engagement"]
