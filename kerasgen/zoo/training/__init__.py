"""Recipes, and the trainings they make."""
