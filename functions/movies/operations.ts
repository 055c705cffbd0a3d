/** The HTTP operations of the subject "movies", by the name of their function. */
import type { Operation } from "../http/operation.ts";
import { Movie, MovieChange, MoviePage, MoviePageAnswer, MoviePath, NewMovie } from "./schema.ts";

export const readMovies = {
  summary: "List movies, of one year (by title) or of all (in no particular order)",
  query: MoviePage,
  answers: { 200: MoviePageAnswer },
} satisfies Operation;

export const readMovie = {
  summary: "Read a movie",
  path: MoviePath,
  answers: { 200: Movie },
} satisfies Operation;

export const putMovie = {
  summary: "Create or replace a movie",
  path: MoviePath,
  body: NewMovie,
  ifMatch: true,
  answers: { 200: Movie, 201: Movie },
} satisfies Operation;

export const updateMovie = {
  summary: "Change parts of a movie's info",
  path: MoviePath,
  body: MovieChange,
  ifMatch: true,
  answers: { 200: Movie },
} satisfies Operation;

export const deleteMovie = {
  summary: "Delete a movie",
  path: MoviePath,
  ifMatch: true,
  answers: { 204: null },
} satisfies Operation;
